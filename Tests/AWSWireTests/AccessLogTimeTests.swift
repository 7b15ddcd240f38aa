// SPDX-License-Identifier: Apache-2.0
import AWSWire
import Testing

@Suite struct AccessLogTimeTests {
    @Test(
        "A moment is read with its offset, and written in UTC",
        arguments: [
            ("04/Mar/2020:19:03:58 +0000", 1_583_348_638_000, "04/Mar/2020:19:03:58 +0000"),
            ("01/Jan/1970:02:00:00 +0200", 0, "01/Jan/1970:00:00:00 +0000"),
            ("31/Dec/1999:22:29:59 -0130", 946_684_799_000, "31/Dec/1999:23:59:59 +0000"),
        ] as [(String, Int64, String)])
    func reads(text: String, milliseconds: Int64, written: String) {
        #expect(AccessLogTime.parse(text) == milliseconds)
        #expect(AccessLogTime.format(milliseconds) == written)
    }

    @Test(
        "Other texts are none",
        arguments: [
            "", "04/Mar/2020", "04/Foo/2020:19:03:58 +0000", "4/Mar/2020:19:03:58 +0000", "30/Feb/2020:19:03:58 +0000",
            "04/Mar/2020:19:03:58", "04/Mar/2020:25:03:58 +0000", "04/Mar/2020:19:03:58 0000",
            "04/Mar/2020:19:03:58 +00é0",
        ])
    func refuses(text: String) {
        #expect(AccessLogTime.parse(text) == nil)
    }
}
