// SPDX-License-Identifier: Apache-2.0
import AWSWire

/// The processor that functions run on: the machine's own.
public enum Architecture {
    #if arch(arm64)
        /// In AWS's words: `arm64` or `x86_64`.
        public static let ofThisMachine = "arm64"
    #else
        /// In AWS's words: `arm64` or `x86_64`.
        public static let ofThisMachine = "x86_64"
    #endif
}

extension Architecture {
    /// Checks that code for these processors runs here.
    ///
    /// - Throws: the error that CreateFunction answers with. Wording: LocalStack's recorded snapshots of AWS,
    ///   test_create_lambda_exceptions; that for another machine's code is the emulator's own.
    static func check(_ architectures: [String]?) throws(AWSError) {
        guard let architectures else { return }
        let list = "[\(architectures.joined(separator: ", "))]"
        var violations = ConstraintViolations()
        violations.require(
            !architectures.isEmpty, list, at: "architectures",
            "Member must have length greater than or equal to 1")
        violations.require(
            architectures.count <= 1, list, at: "architectures", "Member must have length less than or equal to 1")
        violations.require(
            architectures.allSatisfy { all.contains($0) }, list, at: "architectures",
            "Member must satisfy constraint: [Member must satisfy enum value set: [\(all.joined(separator: ", "))], "
                + "Member must not be null]")
        try violations.check()
        guard architectures == [ofThisMachine] else {
            throw .invalidParameter(
                "Architectures \(list) is not supported by this emulator: functions run on this machine, which is "
                    + "\(ofThisMachine).")
        }
    }

    /// Those that AWS has.
    static let all = ["x86_64", "arm64"]
}
