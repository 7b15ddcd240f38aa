// SPDX-License-Identifier: Apache-2.0
public import Buffers

/// Something that is about to happen, which chaos may spoil.
///
/// What is decided about it depends on what it is and on how many such things there were before, and on nothing else.
public struct ChaosPoint: Sendable, Equatable {
    /// What is about to happen.
    public enum Moment: String, Sendable, CaseIterable {
        /// An API request is about to be carried out.
        case request
        /// Something that was taken is about to be stored for its delivery: an asynchronous event, a message.
        case acceptance
        /// It is about to be handed to whoever is to have it.
        case delivery
        /// An invocation is about to look for an environment.
        case admission
        /// A runtime was started.
        case initialization
        /// An event was handed to a runtime.
        case invocation
        /// A runtime posts its result.
        case response
        /// A frozen environment is about to run again.
        case thaw
        /// A model is about to be asked.
        case inference
        /// Something is about to be written to the store.
        case write
    }

    /// What is about to happen.
    public var moment: Moment
    /// `lambda`, `s3`, `sns`, `sqs` or `sagemaker`.
    public var service: String
    /// The operation of an API request, `PutObject` say; empty elsewhere.
    public var operation = ""
    /// The name of the bucket, topic, queue or endpoint; empty where there is none.
    public var resource = ""
    /// The key of an object; empty where there is none.
    public var key = ""
    /// The name of the function that is to run; empty where there is none.
    public var function = ""
    /// The function's version or alias; empty where there is none.
    public var qualifier = ""
    /// 1 for the first attempt, 2 for the first retry, where attempts are counted.
    public var attempt = 1
    /// What is delivered or run: what it is about tells it from others; nil where there is nothing.
    public var content: Bytes?
    /// The record of what is about to happen, for the journal; nothing is decided by it.
    public var cause: RecordID?

    /// A point; what else there is to say of it is set afterwards.
    public init(_ moment: Moment, of service: String) {
        self.moment = moment
        self.service = service
    }
}

/// What chaos does at a point.
public enum ChaosEffect: Sendable, Equatable {
    /// It is delivered twice.
    case duplicate
    /// It waits.
    case delay(Duration)
    /// It waits until the next such delivery is over, at most so long.
    case reorder(atMost: Duration)
    /// This attempt to deliver fails, as if the receiver did not answer.
    case drop
    /// It is forgotten.
    case lose
    /// The processes are killed, after a while.
    case kill(after: Duration)
    /// The processes stand still for a while; nil until their time is up.
    case stall(Duration?)
    /// The processes get one part in so many of the time.
    case slow(factor: Int)
    /// The result breaks off.
    case truncate
    /// One byte of the result is another; the number says which and how.
    case corrupt(UInt64)
    /// 429, with this `Reason`.
    case throttle(reason: String)
    /// The request fails.
    case fail(ServiceError)
    /// The clock goes forward.
    case clockJump(Duration)
    /// The disk is full.
    case diskFull
}

/// Decides what goes wrong: what services know of chaos.
///
/// Services ask ``ServiceEnvironment/chaos``, which is nil as long as there are no rules.
public protocol ChaosPoints: AnyObject, Sendable {
    /// Whether there are rules at all.
    var isActive: Bool { get }

    /// What is to go wrong at a point; nil for nothing.
    ///
    /// Who asks carries it out: it is counted and told as done.
    func strike(at point: ChaosPoint) -> ChaosEffect?

    /// Returns when a delivery that is delayed, or to be overtaken, may go on; at once for other effects.
    func hold(_ effect: ChaosEffect, at point: ChaosPoint) async

    /// A delivery is over: those that were to be overtaken by it go on.
    func passed(_ point: ChaosPoint)

    /// Moves the emulator's clock forward, at once.
    func jump(_ duration: Duration)
}
