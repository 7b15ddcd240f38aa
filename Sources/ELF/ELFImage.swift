// SPDX-License-Identifier: Apache-2.0

/// What an ELF file says of itself: for which processor it is, and what has to be loaded for it (elf(5)).
///
/// Pure. The bytes may be anything: what leads out of the file is an error.
public struct ELFImage: Sendable, Equatable {
    /// A processor that Lambda has, in AWS's words.
    public enum Machine: String, Sendable {
        case x86_64
        case arm64
    }

    /// Why a file cannot be read.
    public enum Failure: Error, Equatable {
        /// It does not begin as such files do.
        case notELF
        /// It is for a processor or of a kind that Lambda does not run.
        case foreign(String)
        /// It ends too early, or its parts are not where it says.
        case damaged
    }

    /// For which processor it is.
    public let machine: Machine
    /// The program that loads it; nil for a static program and for a library.
    public private(set) var interpreter: String?
    /// The names of the libraries that it is loaded with.
    public private(set) var needed: [String] = []
    /// The name that a library has for others; nil for programs.
    public private(set) var libraryName: String?
    /// Folders where its libraries are looked for first; `$ORIGIN` is its own.
    public private(set) var searchPaths: [String] = []
    /// Symbol versions that it needs, `GLIBC_2.34` say, by the library that has them.
    public private(set) var versions: [String: [String]] = [:]

    /// Whether nothing has to be loaded for it.
    public var isStatic: Bool { interpreter == nil && needed.isEmpty }

    /// Reads a whole file.
    public init(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        let file = ELFBytes(bytes)
        guard bytes.prefix(4).elementsEqual([0x7F, 0x45, 0x4C, 0x46]) else { throw .notELF }
        guard try file.number(4, 1) == 2, try file.number(5, 1) == 1 else {
            throw .foreign("it is no 64-bit little-endian file")
        }
        switch try file.number(18, 2) {
        case 62: machine = .x86_64
        case 183: machine = .arm64
        case let other: throw .foreign("its processor is number \(other)")
        }
        let segments = try Self.segments(file)
        if let segment = segments.first(where: { $0.type == Segment.interpreter }) {
            interpreter = try file.text(at: segment.offset)
        }
        guard let dynamic = segments.first(where: { $0.type == Segment.dynamic }) else { return }
        try read(dynamic, segments, file)
    }

    private struct Segment {
        static let load = 1
        static let dynamic = 2
        static let interpreter = 3

        var type: Int
        var offset: Int
        var address: Int
        var count: Int
    }

    private static func segments(_ file: ELFBytes) throws(Failure) -> [Segment] {
        let (start, size, count) = (try file.number(32, 8), try file.number(54, 2), try file.number(56, 2))
        guard count == 0 || size >= 56 else { throw .damaged }
        var segments: [Segment] = []
        for index in 0..<count {
            let (place, overflow) = start.addingReportingOverflow(index * size)
            guard !overflow else { throw .damaged }
            segments.append(
                Segment(
                    type: try file.number(place, 4), offset: try file.number(place + 8, 8),
                    address: try file.number(place + 16, 8), count: try file.number(place + 32, 8)))
        }
        return segments
    }

    private mutating func read(_ dynamic: Segment, _ segments: [Segment], _ file: ELFBytes) throws(Failure) {
        var (table, versionTable, versionCount): (Int?, Int?, Int) = (nil, nil, 0)
        var names: [(tag: Int, offset: Int)] = []
        for index in 0..<(dynamic.count / 16) {
            let place = try file.place(dynamic.offset, index * 16)
            let tag = try file.number(place, 8)
            if tag == 0 { break }
            guard Self.wantedTags.contains(tag) else { continue }
            let value = try file.number(place + 8, 8)
            switch tag {
            case 5: table = try Self.offset(of: value, segments)
            case 0x6FFF_FFFE: versionTable = try Self.offset(of: value, segments)
            case 0x6FFF_FFFF: versionCount = value
            default: names.append((tag, value))
            }
        }
        guard let table else {
            guard names.isEmpty else { throw .damaged }
            return
        }
        var older: [String] = []
        for (tag, offset) in names {
            let text = try file.text(at: file.place(table, offset))
            switch tag {
            case 1: needed.append(text)
            case 14: libraryName = text
            case 15: older += text.split(separator: ":").map(String.init)
            default: searchPaths += text.split(separator: ":").map(String.init)
            }
        }
        // The newer form, DT_RUNPATH, puts the older one, DT_RPATH, out of force.
        if searchPaths.isEmpty { searchPaths = older }
        if let versionTable { try readVersions(versionTable, count: versionCount, names: table, file) }
    }

    /// DT_NEEDED, DT_STRTAB, DT_SONAME, DT_RPATH, DT_RUNPATH, DT_VERNEED and DT_VERNEEDNUM.
    private static let wantedTags: Set<Int> = [1, 5, 14, 15, 29, 0x6FFF_FFFE, 0x6FFF_FFFF]

    private mutating func readVersions(
        _ start: Int, count: Int, names: Int, _ file: ELFBytes
    ) throws(Failure) {
        var place = start
        for _ in 0..<min(count, 4096) {
            let library = try file.text(at: file.place(names, try file.number(place + 4, 4)))
            var entry = try file.place(place, try file.number(place + 8, 4))
            for _ in 0..<(try file.number(place + 2, 2)) {
                versions[library, default: []].append(
                    try file.text(at: file.place(names, try file.number(entry + 8, 4))))
                entry = try file.place(entry, try file.number(entry + 12, 4))
            }
            place = try file.place(place, try file.number(place + 12, 4))
        }
    }

    /// Where in the file an address is that the file is loaded to.
    private static func offset(of address: Int, _ segments: [Segment]) throws(Failure) -> Int {
        for segment in segments where segment.type == Segment.load && address >= segment.address {
            let distance = address - segment.address
            if distance < segment.count { return segment.offset &+ distance }
        }
        throw .damaged
    }
}

/// The bytes of a file, with every place checked before it is read.
private struct ELFBytes {
    private let bytes: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// A little-endian number of 1 to 8 bytes; what no place in a file can be is an error.
    func number(_ offset: Int, _ count: Int) throws(ELFImage.Failure) -> Int {
        guard offset >= 0, offset <= bytes.count - count else { throw .damaged }
        let value = (0..<count).reduce(UInt64(0)) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
        guard value < 1 << 56 else { throw .damaged }
        return Int(value)
    }

    func place(_ start: Int, _ offset: Int) throws(ELFImage.Failure) -> Int {
        let (place, overflow) = start.addingReportingOverflow(offset)
        guard !overflow, place >= 0, place <= bytes.count else { throw .damaged }
        return place
    }

    /// A text that ends with a zero.
    func text(at offset: Int) throws(ELFImage.Failure) -> String {
        guard offset >= 0, offset < bytes.count, let end = bytes[offset...].prefix(4096).firstIndex(of: 0) else {
            throw .damaged
        }
        return String(decoding: bytes[offset..<end], as: UTF8.self)
    }
}
