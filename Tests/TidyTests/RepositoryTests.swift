// SPDX-License-Identifier: Apache-2.0
import Testing

/// What a reader of the repository should never meet.
@Suite struct RepositoryTests {
    private let repository: Repository

    init() throws {
        repository = try Repository.read()
    }

    @Test("The repository was found")
    func found() {
        #expect(repository.paths.contains("Package.swift"))
        #expect(repository.cModules.contains("CLibuv"))
        #expect(repository.files.count > 50)
    }

    @Test("No file holds what its kind must not hold")
    func codeRules() {
        report(repository.files.flatMap { file in CodeRule.all.flatMap { $0.findings(in: file) } })
    }

    @Test("Every file has its licence line, its length and its reasons")
    func fileRules() {
        report(repository.files.flatMap { file in FileRules.all.flatMap { $0(file) } })
    }

    @Test("C modules have one importer each, links lead somewhere, fixtures are used")
    func repositoryRules() {
        report(RepositoryRules.all.flatMap { $0(repository) })
    }

    private func report(_ findings: [Finding]) {
        for finding in findings { Issue.record("\(finding.description)") }
    }
}
