// SPDX-License-Identifier: Apache-2.0

/// An error that says itself how Lambda shall report it.
///
/// Other errors are reported with the name of their Swift type and their description.
public protocol LambdaErrorConvertible: Error {
    /// The `errorType` of the invocation's error: `ValidationError`, say.
    var lambdaErrorType: String { get }
    /// The `errorMessage` of the invocation's error.
    var lambdaErrorMessage: String { get }
}

extension LambdaErrorConvertible {
    /// By default the name of the Swift type.
    public var lambdaErrorType: String { String(describing: type(of: self)) }
    /// By default the description of the error.
    public var lambdaErrorMessage: String { String(describing: self) }
}
