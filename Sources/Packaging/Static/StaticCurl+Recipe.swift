// SPDX-License-Identifier: Apache-2.0

extension StaticCurl {
    /// Downloads, unpacks and builds, in the folder where it is run, given the version; the result is `prefix/`.
    ///
    /// apt works with lists and a cache of its own, so that neither root nor a `deb-src` entry is needed; it holds the
    /// sources against Debian's signed index.
    static let recipe = """
        version=$1
        here=$PWD
        mkdir -p apt/state/lists/partial apt/cache/archives/partial apt/sources
        for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
            [ -e "$file" ] && sed -n 's/^deb /deb-src /p' "$file" >"apt/sources/$(basename "$file" .list).list"
        done
        for file in /etc/apt/sources.list.d/*.sources; do
            [ -e "$file" ] && sed 's/^Types:.*/Types: deb-src/' "$file" >"apt/sources/$(basename "$file")"
        done
        apt() {
            apt-get --quiet --quiet -o "Dir::State=$here/apt/state" -o Dir::State::status=/var/lib/dpkg/status \\
                -o "Dir::Cache=$here/apt/cache" -o Dir::Etc::SourceList=/dev/null \\
                -o "Dir::Etc::SourceParts=$here/apt/sources" -o APT::Sandbox::User=root "$@"
        }
        apt update
        apt source --only-source "curl=$version"
        source=$(echo "$here"/curl-*/configure)
        source=${source%/configure}
        mkdir build
        cd build
        "$source/configure" --quiet --prefix="$here/prefix" --disable-shared --enable-static --with-openssl \\
            --enable-ares --disable-dependency-tracking --disable-manual --disable-libcurl-option \\
            --disable-ftp --disable-file --disable-ldap --disable-ldaps --disable-rtsp --disable-dict \\
            --disable-telnet --disable-tftp --disable-pop3 --disable-imap --disable-smb --disable-smtp \\
            --disable-gopher --disable-mqtt --disable-ntlm --disable-tls-srp --disable-alt-svc --disable-hsts \\
            --disable-cookies --disable-netrc --disable-doh --disable-unix-sockets --disable-kerberos-auth \\
            --disable-negotiate-auth --without-zlib --without-brotli --without-zstd --without-libpsl \\
            --without-libidn2 --without-nghttp2 --without-librtmp --without-libssh2 --without-libgsasl \\
            --without-ca-bundle --without-ca-path \\
            CFLAGS="-O2 -g0 -ffunction-sections -fdata-sections -ffile-prefix-map=$source=/curl"
        make --silent -C lib -j"$(nproc)" install
        mkdir -p "$here/prefix/lib/pkgconfig"
        cat >"$here/prefix/lib/pkgconfig/libcurl.pc" <<END
        Name: libcurl
        Description: libcurl with HTTP and HTTPS, static
        Version: ${version%%-*}
        Requires.private: libssl libcares
        Libs: -lcurl
        END
        """
}
