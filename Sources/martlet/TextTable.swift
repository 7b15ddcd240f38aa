// SPDX-License-Identifier: Apache-2.0

/// Columns of text, each as wide as its widest cell, below their titles.
struct TextTable {
    enum Alignment {
        case left, right
    }

    struct Cell: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
        var text: String
        var colour: Console.Colour?

        init(_ text: String, _ colour: Console.Colour? = nil) {
            self.text = text
            self.colour = colour
        }

        init(stringLiteral text: String) {
            self.init(text)
        }
    }

    private let columns: [(title: String, alignment: Alignment)]
    private var rows: [[Cell]] = []

    init(_ columns: [(title: String, alignment: Alignment)]) {
        self.columns = columns
    }

    /// - Parameter cells: one for each column.
    mutating func add(_ cells: [Cell]) {
        rows.append(cells)
    }

    /// Without a line end after the last row.
    var text: String {
        let widths = widths
        return ([titles] + rows).map { line($0, widths) }.joined(separator: "\n")
    }

    /// How many columns of the terminal it takes.
    var width: Int { widths.reduce(0, +) + Self.gap * (columns.count - 1) }

    private static let gap = 2

    private var titles: [Cell] { columns.map { Cell($0.title, .bold) } }

    private var widths: [Int] {
        columns.indices.map { column in
            ([titles] + rows).map { $0[column].text.count }.max() ?? 0
        }
    }

    private func line(_ cells: [Cell], _ widths: [Int]) -> String {
        var line = ""
        var space = 0
        for (index, cell) in cells.enumerated() {
            let missing = String(repeating: " ", count: widths[index] - cell.text.count)
            let text = cell.colour.map { Console.coloured(cell.text, $0) } ?? cell.text
            line += String(repeating: " ", count: space)
            space = Self.gap
            if columns[index].alignment == .right {
                line += missing + text
            } else {
                line += text
                // Nothing is written after the last word of a line.
                space += missing.count
            }
        }
        return line
    }
}
