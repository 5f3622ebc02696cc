/// How strictly what is written is judged, set per installation.
package enum Judgement: String, Sendable, CaseIterable {
    case off, warn, refuse
}
