// SPDX-License-Identifier: Apache-2.0
import Locks
public import Logging

/// Structured logging as AWS Lambda Powertools does it: one JSON object a line.
///
/// ``LambdaContext/logger`` needs no preparation. Call ``bootstrap()`` first thing in `main` when libraries that make
/// loggers of their own shall log in the same form.
public enum LambdaLogging {
    /// Makes this the form of all loggers of the process.
    ///
    /// May be called once, as `LoggingSystem.bootstrap` may.
    public static func bootstrap() {
        LoggingSystem.bootstrap { _ in handler(function: .current, invocation: nil) }
    }

    /// A logger for code that has no context at hand; its lines carry the fields of the invocation that runs meanwhile.
    public static func logger(label: String) -> Logger {
        logger(label: label, function: .current, invocation: nil)
    }

    static func logger(label: String, function: RuntimeEnvironment, invocation: InvocationDetails?) -> Logger {
        Logger(label: label) { _ in handler(function: function, invocation: invocation) }
    }

    private static func handler(
        function: RuntimeEnvironment, invocation: InvocationDetails?
    ) -> StructuredLogHandler {
        StructuredLogHandler(function: function, invocation: invocation) { line in
            line.writeAll(to: 1)
        }
    }

    /// The invocation that runs now, for loggers that know of none.
    static var currentInvocation: InvocationDetails? {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    private static let current = Locked<InvocationDetails?>(nil)
}
