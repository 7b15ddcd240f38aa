// SPDX-License-Identifier: Apache-2.0
import JSON
import Journal
import MartletSettings

extension JournalSettings {
    /// What `[journal]` in `martlet.toml` says.
    ///
    /// - Throws: ``EmulatorError`` for a path that is none.
    init(_ settings: MartletSettings.Journal) throws(EmulatorError) {
        self.init()
        if let size = settings.size { self.size = size }
        if let age = settings.age { self.age = age }
        if let payload = settings.payload { self.payload = payload }
        for text in settings.redact {
            do {
                redactions.append(try JSONPath(text))
            } catch {
                throw EmulatorError("martlet.toml: redact in [journal]: \(error)")
            }
        }
    }
}
