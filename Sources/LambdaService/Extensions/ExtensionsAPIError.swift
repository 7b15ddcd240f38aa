// SPDX-License-Identifier: Apache-2.0

/// What the Extensions API answers an extension that did something wrong.
///
/// Types, wording and status are those of AWS's aws-lambda-runtime-interface-emulator (internal/lambda/rapi/handler).
extension RuntimeAPIError {
    static let emptyExtensionName = forbidden("Extension.InvalidExtensionName", "Empty extension name")
    static let registrationClosed = forbidden(
        "Extension.RegistrationClosed", "Extension registration closed already")
    static let extensionNameTaken = forbidden(
        "Extension.InvalidExtensionState", "Extension with this name already registered")
    static let tooManyExtensions = forbidden(
        "Extension.TooManyExtensions", "Extension limit (\(ExtensionRegistry.limit)) reached")
    static let missingExtensionIdentifier = forbidden(
        "Extension.MissingExtensionIdentifier", "Missing Lambda-Extension-Identifier header")
    static let invalidExtensionIdentifier = forbidden(
        "Extension.InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier")
    static let unknownExtensionIdentifier = forbidden(
        "Extension.UnknownExtensionIdentifier", "Unknown Lambda-Extension-Identifier")
    static let missingErrorType = forbidden(
        "Extension.MissingHeader", "Lambda-Extension-Function-Error-Type not found")

    static func unknownExtension(_ id: String) -> RuntimeAPIError {
        forbidden("Extension.UnknownExtensionIdentifier", "Unknown extension \(id)")
    }

    static func invalidEventType(_ event: String, _ reason: String) -> RuntimeAPIError {
        forbidden("Extension.InvalidEventType", "\(event): \(reason)")
    }

    static func invalidRequestFormat(_ reason: String) -> RuntimeAPIError {
        forbidden("InvalidRequestFormat", reason)
    }

    static func invalidExtensionState(
        from state: String, to target: String, extension name: String
    ) -> RuntimeAPIError {
        forbidden(
            "Extension.InvalidExtensionState",
            "State transition from \(state) to \(target) failed for extension \(name). "
                + "Error: State transition is not allowed")
    }

    private static func forbidden(_ type: String, _ message: String) -> RuntimeAPIError {
        RuntimeAPIError(status: 403, type: type, message: message)
    }
}
