// SPDX-License-Identifier: Apache-2.0
import CLibyaml

/// libyaml's parser, told what it reads as Swift values.
final class YAMLEvents {
    struct Event {
        enum Kind {
            case documentStart, documentEnd, streamEnd
            case alias(String)
            /// Plain: without quotes, and not a block.
            case scalar(String, isPlain: Bool)
            case sequenceStart, sequenceEnd, mappingStart, mappingEnd
        }

        var kind: Kind
        /// As it was written, but with YAML's own prefixes in full.
        var tag: String?
        var anchor: String?
        /// In bytes from the beginning of the text.
        var offset: Int
    }

    private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    private let input: UnsafeMutableBufferPointer<UInt8>
    /// Where each character begins, in bytes; empty where that is its number, as in most templates.
    private let characters: [Int]
    /// What libyaml does not count: the mark of the order of bytes.
    private let skipped: Int

    /// - Parameter bytes: valid UTF-8.
    init(_ bytes: [UInt8]) {
        skipped = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        input = .allocate(capacity: max(bytes.count - skipped, 1))
        _ = input.initialize(from: bytes.dropFirst(skipped))
        let isASCII = bytes.allSatisfy { $0 < 0x80 }
        // Continuation bytes do not begin a character.
        characters = isASCII ? [] : bytes.indices.dropFirst(skipped).filter { bytes[$0] & 0xC0 != 0x80 }
        yaml_parser_initialize(parser)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count - skipped)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event; after the end of the stream, its end again.
    func next() throws(Fault) -> Event {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw fault() }
            defer { yaml_event_delete(&event) }
            // The stream's start says nothing.
            if let read = read(event) { return read }
        }
    }

    private func read(_ event: yaml_event_t) -> Event? {
        func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? { pointer.map { String(cString: $0) } }
        let kind: Event.Kind
        var tag: String?
        var anchor: String?
        switch event.type {
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_NO_EVENT, YAML_STREAM_END_EVENT: kind = .streamEnd
        case YAML_ALIAS_EVENT: kind = .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            kind = .scalar(
                String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
            (tag, anchor) = (text(scalar.tag), text(scalar.anchor))
        case YAML_SEQUENCE_START_EVENT:
            kind = .sequenceStart
            (tag, anchor) = (text(event.data.sequence_start.tag), text(event.data.sequence_start.anchor))
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            kind = .mappingStart
            (tag, anchor) = (text(event.data.mapping_start.tag), text(event.data.mapping_start.anchor))
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        default: return nil
        }
        return Event(kind: kind, tag: tag, anchor: anchor, offset: offset(event.start_mark))
    }

    private func offset(_ mark: yaml_mark_t) -> Int {
        guard !characters.isEmpty else { return skipped + mark.index }
        return mark.index < characters.count ? characters[mark.index] : skipped + input.count
    }

    private func fault() -> Fault {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "no valid YAML"
        let context = parser.pointee.context.map { " \(String(cString: $0))" } ?? ""
        return Fault(offset: offset(parser.pointee.problem_mark), message: problem + context)
    }
}
