// SPDX-License-Identifier: Apache-2.0

/// Figures by name, with their median and their spread over the rounds.
struct FigureTable {
    private var names: [String] = []
    private var values: [String: [Double]] = [:]
    private var units: [String: String] = [:]

    mutating func add(_ name: String, _ value: Double, _ unit: String) {
        if values[name] == nil { names.append(name) }
        values[name, default: []].append(value)
        units[name] = unit
    }

    var text: String {
        let width = names.map(\.count).max() ?? 0
        return names.map { name in
            let sorted = (values[name] ?? []).sorted()
            let median = sorted[sorted.count / 2]
            let label = name + String(repeating: " ", count: width - name.count)
            return
                "\(label)  \(rounded(median)) \(units[name] ?? "") (\(rounded(sorted[0]))-\(rounded(sorted[sorted.count - 1])))\n"
        }.joined()
    }

    private func rounded(_ value: Double) -> String {
        if value >= 100 { return "\(Int(value.rounded()))" }
        return "\((value * 100).rounded() / 100)"
    }
}
