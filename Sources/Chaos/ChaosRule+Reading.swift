// SPDX-License-Identifier: Apache-2.0
import ServiceProtocols

extension ChaosRule {
    /// Reads a rule from what was said by name, in a file or at run time.
    ///
    /// - Throws: ``ChaosRefusal`` for what cannot be carried out; nothing is passed by.
    public init(_ values: [String: ChaosValue]) throws(ChaosRefusal) {
        var said = try Said(values)
        guard let name = try said.text(.kind) else { throw ChaosRefusal("a rule has a kind: \(Self.kindNames)") }
        guard let kind = ChaosKind(rawValue: name) else {
            throw ChaosRefusal("there is no kind \(name); there are \(Self.kindNames)")
        }
        let service = try Self.service(of: kind, &said)
        var places: [Field: Glob] = [:]
        for place in Field.allCases where Self.allPlaces.contains(place) {
            guard let pattern = try said.text(place) else { continue }
            guard kind.places(in: service).contains(place) else {
                throw ChaosRefusal(Self.misplaced(place, kind, service))
            }
            places[place] = Glob(pattern)
        }
        for parameter in Field.allCases
        where Self.allParameters.contains(parameter) && !kind.parameters.contains(parameter) && said.has(parameter) {
            throw ChaosRefusal("\(kind.rawValue) has no \(parameter.rawValue)")
        }
        self.init(
            kind: kind, service: service, stage: try Self.stage(of: kind, &said), frequency: try said.frequency(),
            attempts: try said.count(.attempts), places: places,
            duration: try said.duration(kind == .clockJump ? .by : .delay, of: kind),
            factor: try Self.factor(&said), word: try Self.word(of: kind, service, &said), fields: said.all)
    }

    private static let kindNames = ChaosKind.allCases.map(\.rawValue).joined(separator: ", ")
    private static let allPlaces: Set<Field> = [
        .function, .qualifier, .bucket, .key, .topic, .queue, .endpoint, .operation,
    ]
    private static let allParameters: Set<Field> = [.stage, .delay, .by, .factor, .code, .reason]

    /// The service that is named, or that a name belongs to.
    private static func service(of kind: ChaosKind, _ said: inout Said) throws(ChaosRefusal) -> String? {
        var service = try said.text(.service)
        for field in Field.allCases where said.has(field) {
            guard let owner = field.service else { continue }
            guard service ?? owner == owner else {
                throw ChaosRefusal("a \(field.rawValue) is one of \(owner), not of \(service ?? "")")
            }
            service = owner
        }
        if service == nil, kind.services.count == 1 { service = kind.services[0] }
        if let service, !kind.services.contains(service) {
            throw ChaosRefusal(
                "\(kind.rawValue) strikes in \(kind.services.joined(separator: ", ")), not in \(service)")
        }
        if service == nil, kind == .error {
            throw ChaosRefusal("errors are a service's: say service, \(kind.services.joined(separator: ", "))")
        }
        return service
    }

    private static func misplaced(_ place: Field, _ kind: ChaosKind, _ service: String?) -> String {
        let known = kind.places(in: service).map(\.rawValue).sorted().joined(separator: ", ")
        let what = service.map { "\(kind.rawValue) in \($0)" } ?? kind.rawValue
        return known.isEmpty
            ? "\(what) strikes a service as a whole: it has no \(place.rawValue)"
            : "\(what) does not know a \(place.rawValue); it knows \(known)"
    }

    private static func stage(of kind: ChaosKind, _ said: inout Said) throws(ChaosRefusal) -> Stage? {
        guard let name = try said.text(.stage) else { return kind.stages.first }
        guard let stage = Stage(rawValue: name), kind.stages.contains(stage) else {
            throw ChaosRefusal(
                "\(kind.rawValue) strikes at \(kind.stages.map(\.rawValue).joined(separator: ", ")), not at \(name)")
        }
        return stage
    }

    private static func factor(_ said: inout Said) throws(ChaosRefusal) -> Int {
        let factor = try said.count(.factor) ?? 4
        guard (2...100).contains(factor) else { throw ChaosRefusal("factor is a number from 2 to 100") }
        return factor
    }

    /// The reason of a throttle or the code of an error.
    private static func word(
        of kind: ChaosKind, _ service: String?, _ said: inout Said
    ) throws(ChaosRefusal) -> String? {
        switch kind {
        case .throttle:
            let reason = try said.text(.reason) ?? ChaosErrors.throttleReasons[0]
            guard ChaosErrors.throttleReasons.contains(reason) else {
                throw ChaosRefusal(
                    "\(reason) is no Reason of Lambda's; there are "
                        + ChaosErrors.throttleReasons.joined(separator: ", "))
            }
            return reason
        case .error:
            let codes = ChaosErrors.codes(of: service ?? "")
            guard let code = try said.text(.code) else { return codes.first }
            guard codes.contains(code) else {
                throw ChaosRefusal(
                    "\(service ?? "") has no error \(code) here; it has \(codes.joined(separator: ", "))")
            }
            guard code != ChaosErrors.modelError || !said.has(.operation) else {
                throw ChaosRefusal("\(code) is the model's own answer, whatever operation asks it: leave operation out")
            }
            return code
        default: return nil
        }
    }
}

/// What was said in a rule, by name.
private struct Said {
    private let values: [ChaosRule.Field: ChaosValue]

    init(_ values: [String: ChaosValue]) throws(ChaosRefusal) {
        var known: [ChaosRule.Field: ChaosValue] = [:]
        for (name, value) in values {
            guard let field = ChaosRule.Field(rawValue: name) else {
                let names = ChaosRule.Field.allCases.map(\.rawValue).joined(separator: ", ")
                throw ChaosRefusal("a rule has no \(name); it may have \(names)")
            }
            known[field] = value
        }
        self.values = known
    }

    /// In the order of the fields, which makes the same rule the same text.
    var all: [(name: String, value: ChaosValue)] {
        ChaosRule.Field.allCases.compactMap { field in values[field].map { (field.rawValue, $0) } }
    }

    func has(_ field: ChaosRule.Field) -> Bool { values[field] != nil }

    func text(_ field: ChaosRule.Field) throws(ChaosRefusal) -> String? {
        switch values[field] {
        case nil: return nil
        case .string(let text) where !text.isEmpty: return text
        case .string: throw ChaosRefusal("\(field.rawValue) is empty")
        case .integer(let number): return String(number)
        case .number: throw ChaosRefusal("\(field.rawValue) is a text")
        }
    }

    /// A number from 1.
    func count(_ field: ChaosRule.Field) throws(ChaosRefusal) -> Int? {
        guard let value = values[field] else { return nil }
        guard let number = Int(value.text), number >= 1 else {
            throw ChaosRefusal("\(field.rawValue) is a whole number from 1, not \(value.text)")
        }
        return number
    }

    func frequency() throws(ChaosRefusal) -> ChaosRule.Frequency {
        let given = [ChaosRule.Field.rate, .every, .first].filter(has)
        guard given.count == 1 else {
            throw ChaosRefusal(
                "a rule says how often: one of rate (above 0, up to 1), every (each Nth), first (N times)")
        }
        if let every = try count(.every) { return .every(every) }
        if let first = try count(.first) { return .first(first) }
        let text = values[.rate]?.text ?? ""
        guard let rate = Double(text), rate > 0, rate <= 1 else {
            throw ChaosRefusal("rate is a number above 0 and up to 1, not \(text)")
        }
        return .rate(rate)
    }

    func duration(_ field: ChaosRule.Field, of kind: ChaosKind) throws(ChaosRefusal) -> ClosedRange<Int64>? {
        guard let text = try text(field) else {
            switch kind {
            case .delay, .clockJump: throw ChaosRefusal("\(kind.rawValue) needs \(field.rawValue): 5s, or 1s-10s say")
            case .reorder: return 10_000...10_000
            case .kill: return 0...0
            default: return nil
            }
        }
        guard let range = TimeRange.milliseconds(text) else {
            throw ChaosRefusal(
                "\(field.rawValue) is a time such as 200ms, 5s, 2m, 1h, or a range of two: 1s-10s; not \(text)")
        }
        return range
    }
}
