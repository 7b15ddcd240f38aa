// SPDX-License-Identifier: Apache-2.0
// Whoever has paths has values. What a function links has the values alone: paths bring Swift's regular expressions
// with them, 1.3 MB that a linker does not leave out.
@_exported public import JSONValues
