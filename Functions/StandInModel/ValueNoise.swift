// SPDX-License-Identifier: Apache-2.0

/// Noise that is smooth: random values on the corners of a grid, blended in between.
struct ValueNoise {
    let seed: UInt32

    /// Several layers, each twice as fine and half as strong as the one before; from 0 to 1.
    func layered(_ x: Float, _ y: Float, layers: Int) -> Float {
        var sum: Float = 0
        var strength: Float = 0.5
        var total: Float = 0
        var frequency: Float = 1
        for layer in 0..<layers {
            sum += strength * value(x * frequency, y * frequency, UInt32(truncatingIfNeeded: layer))
            total += strength
            strength *= 0.5
            frequency *= 2
        }
        return sum / total
    }

    private func value(_ x: Float, _ y: Float, _ layer: UInt32) -> Float {
        let column = x.rounded(.down)
        let row = y.rounded(.down)
        let across = Self.smooth(x - column)
        let down = Self.smooth(y - row)
        let left = Int32(column)
        let top = Int32(row)
        let above = blend(corner(left, top, layer), corner(left &+ 1, top, layer), across)
        let below = blend(corner(left, top &+ 1, layer), corner(left &+ 1, top &+ 1, layer), across)
        return blend(above, below, down)
    }

    private func corner(_ column: Int32, _ row: Int32, _ layer: UInt32) -> Float {
        var hash = seed &+ layer &* 0x9E37_79B9
        hash ^= UInt32(bitPattern: column) &* 0x85EB_CA6B
        hash = (hash ^ (hash >> 13)) &* 0xC2B2_AE35
        hash ^= UInt32(bitPattern: row) &* 0x27D4_EB2F
        hash = (hash ^ (hash >> 15)) &* 0x1656_67B1
        hash ^= hash >> 16
        return Float(hash >> 8) / Float(1 << 24)
    }

    private func blend(_ from: Float, _ to: Float, _ share: Float) -> Float {
        from + (to - from) * share
    }

    private static func smooth(_ share: Float) -> Float {
        share * share * (3 - 2 * share)
    }
}

/// Numbers that look random and depend on the state only.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// From 0 up to 1.
    mutating func fraction() -> Float {
        Float(next() >> 40) / Float(1 << 24)
    }
}
