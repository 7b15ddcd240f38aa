// SPDX-License-Identifier: Apache-2.0
import CLibcurl

/// libcurl's state for the whole process.
enum CurlLibrary {
    private static let initialization: CURLcode = curl_global_init(curlshim_global_default)

    /// Initializes libcurl the first time; `curl_global_init` must come before any handle, and once only.
    static func initialize() throws(CurlError) {
        try initialization.check()
    }
}
