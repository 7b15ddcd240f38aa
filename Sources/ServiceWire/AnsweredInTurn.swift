// SPDX-License-Identifier: Apache-2.0
public import HTTPServer
public import ServiceProtocols

/// Takes requests, and gives answers, when it is their turn.
public struct AnsweredInTurn<Handler: HTTPHandler>: HTTPHandler {
    private let handler: Handler
    private let turns: any TurnTaking
    private let party: @Sendable (HTTPRequest) -> OutsideParty?

    /// - Parameter party: who sent a request; nil for one that is answered at once.
    public init(
        _ handler: Handler, turns: any TurnTaking, party: @escaping @Sendable (HTTPRequest) -> OutsideParty?
    ) {
        self.handler = handler
        self.turns = turns
        self.party = party
    }

    /// The handler's answer.
    public func respond(to request: HTTPRequest) async -> HTTPResponse {
        guard let party = party(request) else { return await handler.respond(to: request) }
        let question = await turns.arrived(from: party)
        let response = await handler.respond(to: request)
        await turns.granted(question)
        return response
    }
}
