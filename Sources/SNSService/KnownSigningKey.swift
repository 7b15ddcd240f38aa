// SPDX-License-Identifier: Apache-2.0

/// A signing key that is always the same, and known to everybody, so that signatures of a run are the same again.
///
/// It was made for this file. What it signs is worth nothing outside of an emulator.
enum KnownSigningKey {
    static let base64 = """
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCmV34AlliruswH\
        NLVvYwxWvaP+oxzJx7DPuYlcV0PUEFQznBrrB6w+zsp8/RSeAYaQDz8L7xxzyQuH\
        bSB4wqqDJNttLYC3+rz4NgfbyFbYOVYQVMWMAKlSCSHk1cbJsz5TupfHQQJ7Cdp1\
        l1wdX7g4af371lX+gkkJehXhpHKI428WnAXkalPf1QST3IMNcgXgdeInAoy0A3F7\
        i4Nd1CdA9h7lbEvcRZFj0aMUyW/4/ZHg3fIXggwC5jjh8MdQFjUGF2NElgHEUgTV\
        yAUEyVeJXMhN/QITcurinYKHP5szYCxSNvz3Mlm7EhPce54PgWWAHxC5Jv/cvTDP\
        889zri73AgMBAAECggEAQGCUL34Ai1YcKJ3JqnZXDCsRETfnqGBUmdBgzRAo/CXl\
        sKO190hc7WHzFDSOiihk/9QmvmOoS1d/0sX1T0dn3qGhGrwFmS69fALNP85lbgGi\
        wWdNnUWUQl+ucnYaHW31rUoF++O5Jg1GM0SFLgkhrxO2bIUjewDJa5WIam/OtBNR\
        C7BcfFPWLda8mEHCAu9RHvaEcjJdxzVc8p39vMHD1a+rshORE7owOSYZ0BrxcPCf\
        vr/8xG8oC965TpSFpSlW3K6SSJNTJugJzbmfOKZHbhbdn212x+X9uUODOP480Fzx\
        3oLU7LgIF/c2i1T3BfdSqM43bZvltkWIpt8NFmt1oQKBgQDlItc18XLMlczLHDtH\
        DEvOEuIttA+MwmY/wR3Tbf/acScTqux+wJHDXZXgYoeWm3QY9UWXzy8AVfM6HzhS\
        AC5zhhccs6ie7hmXAxjkoNbQf8JfHUSMdhLw2IzTP9L69hB/9Tp1KkW/sSdapKjw\
        Az6FHgaEVqc3TkMn37z84OoyOwKBgQC51/qBaxImGLAl7/Se1B7zTw3ghzpgx+C8\
        PtHOgt6rcx6F0jmu6r0CmHp4EPZ1Z7CgXseXzjMGjuJj648Iu/3rgc2ozN0ebH5t\
        XHCUmVg5ZelCu5wtNrNeiH+VCC/OpClrFj9Pzw3mi0a/Kt5S26EjpFZ6GRGnq/S8\
        oX3MGVIOdQKBgE2baFLf7Wb3kb51WGpu8rngUXTzWJTvPtx3FxgGWLLuwjJ6INGp\
        fXUzHFE8bfoHuuG9KQ4K4Tt24QOdkWDMqO79ypQxEXqK4GXyaZr+EuPZccbvTclZ\
        MH8ciU3/fwD7GImOUHdgkvEjGlYsEQAByUoi6kgmZUppGnvF3uezcf8DAoGAC8kC\
        fcqIcBoIsZ8x6BCTleJhgueQcCq8ubNSIsJx1HWMbfgS6GDCc7OvsIWC25cjwEfC\
        aIIPAk91U9jQTUF+rLyiih3Tt+YxbkX6bbH7wkgQLscu9D8PyOLnFFBcl8IZTk0u\
        3qTGwOP8LItPZfm/kj8NrNiCIhvpfTzQeWzxozECgYEAuzGY56kaABy1fB86LR96\
        WhYDwermiGhJsLlI+K61B6ONywnwpsT/5uxPC1isZTN01XtRGoh2gXYAr09BgJPx\
        im8hnADzF/mMgG0XVdvOfzo0/Qn1XdlFirmYbT51l2rSVWGy744LFNWxJfFK1rZw\
        3qas+sugLQfdGeaFpx5DeaQ=
        """
}
