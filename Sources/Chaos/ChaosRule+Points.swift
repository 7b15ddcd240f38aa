// SPDX-License-Identifier: Apache-2.0
public import ServiceProtocols

extension ChaosRule {
    /// Whether a rule is for a point.
    func concerns(_ point: ChaosPoint) -> Bool {
        guard point.moment == moment(in: point.service), kind.services.contains(point.service) else { return false }
        guard service == nil || service == point.service, attempts.map({ point.attempt <= $0 }) ?? true else {
            return false
        }
        return places.allSatisfy { place, pattern in pattern.matches(point.name(of: place)) }
    }

    /// When a rule of this kind strikes in a service; nil for never.
    private func moment(in service: String) -> ChaosPoint.Moment? {
        switch kind {
        case .duplicate, .reorder, .drop: .delivery
        // Where a delivery is from a queue, its place in the queue is what can wait.
        case .delay: service == "lambda" || service == "sqs" ? .acceptance : .delivery
        case .lose: service == "lambda" ? .acceptance : .delivery
        case .kill, .stall, .slow: stage?.moment
        case .truncate, .corrupt: .response
        case .throttle: .admission
        case .error: word == ChaosErrors.modelError ? .inference : .request
        case .clockJump: .thaw
        case .diskFull: .write
        }
    }

    /// What a strike does; the draws say what the rule leaves open.
    func effect(_ draw: inout SeededDraw) -> ChaosEffect {
        let time = duration.map { Duration.milliseconds(draw.number(in: $0)) }
        switch kind {
        case .duplicate: return .duplicate
        case .delay: return .delay(time ?? .zero)
        case .reorder: return .reorder(atMost: time ?? .zero)
        case .drop: return .drop
        case .lose: return .lose
        case .kill: return .kill(after: time ?? .zero)
        case .stall: return .stall(time)
        case .slow: return .slow(factor: factor)
        case .truncate: return .truncate
        case .corrupt: return .corrupt(draw.next())
        case .throttle: return .throttle(reason: word ?? ChaosErrors.throttleReasons[0])
        case .error:
            let error = ChaosErrors.error(word ?? "", of: service ?? "")
            return .fail(error ?? ServiceError(code: "InternalError", message: "Internal failure", status: 500))
        case .clockJump: return .clockJump(time ?? .zero)
        case .diskFull: return .diskFull
        }
    }
}

extension ChaosPoint {
    fileprivate func name(of place: ChaosRule.Field) -> String {
        switch place {
        case .function: function
        case .qualifier: qualifier
        case .bucket, .topic, .queue, .endpoint: resource
        case .key: key
        case .operation: operation
        default: ""
        }
    }

    /// What tells the things that are counted by themselves from each other.
    var stream: [String] { [moment.rawValue, service, operation, resource, key, function, qualifier] }

    /// The point in words: `delivery of s3 images inputs/1.json to Tracker`.
    public var text: String {
        var words = [service]
        words += [operation, resource, key].filter { !$0.isEmpty }
        if !function.isEmpty {
            words.append(resource.isEmpty ? function : "-> \(function)")
            if !qualifier.isEmpty { words[words.count - 1] += ":\(qualifier)" }
        }
        words.append("(\(moment.rawValue))")
        return words.joined(separator: " ")
    }
}
