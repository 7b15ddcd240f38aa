// SPDX-License-Identifier: Apache-2.0

/// A colour of the screen.
struct Colour: Equatable {
    var red: UInt8
    var green: UInt8
    var blue: UInt8

    init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// - Parameters:
    ///   - hue: once around the wheel from 0 to 1, and again beyond.
    ///   - saturation: from grey, 0, to pure, 1.
    ///   - brightness: from black, 0, to 1.
    init(hue: Float, saturation: Float, brightness: Float) {
        func channel(_ shift: Float) -> UInt8 {
            let turn = hue + shift
            let position = 6 * (turn - turn.rounded(.down))
            let pure = min(max(abs(position - 3) - 1, 0), 1)
            return UInt8(255 * brightness * (1 - saturation + saturation * pure))
        }
        self.init(red: channel(0), green: channel(2 / 3), blue: channel(1 / 3))
    }

    /// The colour at a part of the way through a palette; before 0 and after 1 its ends.
    static func mix(_ palette: [Colour], _ part: Float) -> Colour {
        let position = min(max(part, 0), 1) * Float(palette.count - 1)
        let first = min(Int(position), palette.count - 2)
        let share = position - Float(first)
        let from = palette[first]
        let to = palette[first + 1]
        func blend(_ one: UInt8, _ other: UInt8) -> UInt8 {
            UInt8(Float(one) + (Float(other) - Float(one)) * share)
        }
        return Colour(
            red: blend(from.red, to.red), green: blend(from.green, to.green), blue: blend(from.blue, to.blue))
    }
}
