// SPDX-License-Identifier: Apache-2.0
import FoundationEssentials
import ImageApplication
import Testing

@Suite("The state of a request")
struct ImageStateTests {
    static let submitted = ImageState.Event(.submitted, time: "2026-01-01T00:00:01.000Z", prompt: "a wren")
    static let completed = ImageState.Event(.completed, time: "2026-01-01T00:00:02.000Z", output: "s3://b/o")
    static let failed = ImageState.Event(.failed, time: "2026-01-01T00:00:02.500Z", reason: "no luck")
    static let ready = ImageState.Event(.ready, time: "2026-01-01T00:00:03.000Z", image: "images/a.png")

    /// Every order of some events.
    static func orders(_ events: [ImageState.Event]) -> [[ImageState.Event]] {
        guard events.count > 1 else { return [events] }
        return events.indices.flatMap { index in
            var rest = events
            let first = rest.remove(at: index)
            return orders(rest).map { [first] + $0 }
        }
    }

    static func state(after events: [ImageState.Event]) -> ImageState {
        var state = ImageState(id: "a", events[0])
        for event in events.dropFirst() { state.record(event) }
        return state
    }

    @Test(
        "Whatever the order of its events, a request ends in the same state",
        arguments: [
            [submitted, completed, ready], [submitted, failed], [submitted, failed, completed, ready],
        ])
    func anyOrder(events: [ImageState.Event]) {
        let expected = Self.state(after: events)
        #expect(expected.status == (events.contains(Self.ready) ? .ready : .failed))
        #expect(expected.times.count == events.count)
        for order in Self.orders(events) { #expect(Self.state(after: order) == expected) }
    }

    @Test("A duplicate event, or a late one, never moves the state back")
    func neverBack() {
        for order in Self.orders([Self.submitted, Self.completed, Self.failed, Self.ready]) {
            var state = ImageState(id: "a", order[0])
            for event in order + order {
                let before = state
                state.record(event)
                #expect(state.status.rank(atLeast: before.status))
                #expect(Set(before.times.keys).isSubset(of: state.times.keys))
            }
        }
    }

    @Test("A duplicate changes nothing")
    func duplicate() {
        let once = Self.state(after: [Self.submitted, Self.completed])
        #expect(Self.state(after: [Self.submitted, Self.completed, Self.completed, Self.submitted]) == once)
    }

    @Test("Of two events of one kind the earlier gives the time")
    func earliestTime() {
        var late = Self.submitted
        late.time = "2026-01-01T00:09:00.000Z"
        for order in [[late, Self.submitted], [Self.submitted, late]] {
            #expect(Self.state(after: order).times["SUBMITTED"] == Self.submitted.time)
        }
    }

    @Test("The reason of a failure is kept while it is one")
    func reason() {
        #expect(Self.state(after: [Self.failed, Self.submitted]).reason == "no luck")
        #expect(Self.state(after: [Self.failed, Self.completed]).reason == nil)
        #expect(Self.state(after: [Self.completed, Self.failed]).reason == nil)
    }

    @Test("A state survives its document")
    func codable() throws {
        let state = Self.state(after: [Self.submitted, Self.completed, Self.ready])
        #expect(try JSONDecoder().decode(ImageState.self, from: JSONEncoder().encode(state)) == state)
    }
}

extension ImageState.Status {
    /// The order that the application promises.
    func rank(atLeast other: Self) -> Bool {
        let order: [Self] = [.submitted, .failed, .completed, .ready]
        return (order.firstIndex(of: self) ?? 0) >= (order.firstIndex(of: other) ?? 0)
    }
}

@Suite("The store of states")
struct StateStoreTests {
    let storage = MemoryStorage()

    @Test("Somebody who writes in between is not overwritten, the first time and later")
    func conflict() async throws {
        let store = StateStore(storage)
        let intruding = String(
            decoding: try JSONEncoder().encode(ImageState(id: "a", ImageStateTests.completed)), as: UTF8.self)
        storage.beforeNextWrite { storage, key in storage.store(key, intruding) }
        let state = try await store.record(ImageStateTests.submitted, of: "a")
        #expect(state.status == .completed)
        #expect(state.times.count == 2)
        let other = String(
            decoding: try JSONEncoder().encode(ImageState(id: "a", ImageStateTests.failed)), as: UTF8.self)
        storage.beforeNextWrite { storage, key in storage.store(key, other) }
        let end = try await store.record(ImageStateTests.ready, of: "a")
        #expect(end.status == .ready)
        #expect(Set(end.times.keys) == ["FAILED", "READY"])
    }

    @Test("Many at once lose no update")
    func manyAtOnce() async throws {
        let store = StateStore(storage)
        let events = [
            ImageStateTests.submitted, ImageStateTests.completed, ImageStateTests.failed, ImageStateTests.ready,
        ]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for event in events + events { group.addTask { _ = try await store.record(event, of: "a") } }
            try await group.waitForAll()
        }
        let state = try #require(try await store.state(of: "a"))
        #expect(state == ImageStateTests.state(after: events))
    }

    @Test("A duplicate is not written again")
    func noNeedlessWrite() async throws {
        let store = StateStore(storage)
        try await store.record(ImageStateTests.submitted, of: "a")
        try await store.record(ImageStateTests.submitted, of: "a")
        #expect(storage.writes == 1)
    }
}
