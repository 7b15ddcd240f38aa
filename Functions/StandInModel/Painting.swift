// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials

/// The stand-in's picture: layers of smooth noise, bent by other noise and coloured from a palette.
///
/// The prompt chooses palette and scale, prompt and seed together choose the noise. Only integer hashes and basic
/// arithmetic are used, so that the same order gives the same bytes on every machine.
struct Painting {
    private let order: PaintingOrder
    private let palette: [Colour]
    private let scale: Float
    private let bend: Float
    private let noiseSeed: UInt32

    init(_ order: PaintingOrder) {
        self.order = order
        var random = SplitMix(state: Self.hash(order.prompt))
        palette = Self.palette(&random)
        scale = 2.5 + 3 * random.fraction()
        bend = 0.8 + 1.6 * random.fraction()
        var noise = SplitMix(state: Self.hash(order.prompt) ^ (order.seed &* 0x9E37_79B9_7F4A_7C15))
        noiseSeed = UInt32(truncatingIfNeeded: noise.next())
    }

    /// Red, green and blue of each pixel, row by row.
    func pixels() -> [UInt8] {
        var rgb: [UInt8] = []
        rgb.reserveCapacity(3 * order.width * order.height)
        let side = Float(max(order.width, order.height))
        for row in 0..<order.height {
            for column in 0..<order.width {
                let colour = colour(Float(column) / side, Float(row) / side, Float(row) / Float(order.height))
                rgb.append(colour.red)
                rgb.append(colour.green)
                rgb.append(colour.blue)
            }
        }
        return rgb
    }

    private func colour(_ x: Float, _ y: Float, _ depth: Float) -> Colour {
        let noise = ValueNoise(seed: noiseSeed)
        let bentX = noise.layered(x * scale, y * scale, layers: 2)
        let bentY = noise.layered(x * scale + 5.2, y * scale + 1.3, layers: 2)
        let value = noise.layered(x * scale + bend * bentX, y * scale + bend * bentY, layers: 4)
        // From light above to deep below, as in a landscape.
        return Colour.mix(palette, 0.5 + 1.6 * (value - 0.5) + 0.4 * (depth - 0.5))
    }

    private static func palette(_ random: inout SplitMix) -> [Colour] {
        let hue = random.fraction()
        let turn = 0.25 + 0.4 * random.fraction()
        return (0..<5).map { step in
            let part = Float(step) / 4
            return Colour(
                hue: hue + turn * part, saturation: 0.3 + 0.5 * part, brightness: 1 - 0.85 * part * part)
        }
    }

    /// FNV-1a.
    static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

extension Painting {
    /// The model's answer: `{"generated_image": [[[r, g, b], …], …], "prompt": …}`.
    func answer() -> [UInt8] {
        let rgb = pixels()
        let numbers = (0...255).map { Array("\($0)".utf8) }
        var json: [UInt8] = []
        json.reserveCapacity(rgb.count * 4 + rgb.count + 1024)
        json += Array(#"{"generated_image":["#.utf8)
        var index = 0
        for row in 0..<order.height {
            json += row == 0 ? [UInt8(ascii: "[")] : [UInt8(ascii: ","), UInt8(ascii: "[")]
            for column in 0..<order.width {
                if column > 0 { json.append(UInt8(ascii: ",")) }
                json.append(UInt8(ascii: "["))
                json += numbers[Int(rgb[index])]
                json.append(UInt8(ascii: ","))
                json += numbers[Int(rgb[index + 1])]
                json.append(UInt8(ascii: ","))
                json += numbers[Int(rgb[index + 2])]
                json.append(UInt8(ascii: "]"))
                index += 3
            }
            json.append(UInt8(ascii: "]"))
        }
        json += Array(#"],"prompt":"#.utf8)
        // A string always has a JSON form.
        json += (try? JSONEncoder().encode(order.prompt)) ?? Data(#""""#.utf8)
        json.append(UInt8(ascii: "}"))
        return json
    }
}
