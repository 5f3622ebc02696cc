import Access
import FHIR

/// The Consent that an answer is kept as, with the words that were said and the version of the policy behind them.
struct ConsentText {
    /// What was said to the person.
    struct Read {
        let text: String
        let language: String?
        /// The version of the policy's text; nil: it was said in own words.
        let version: String?

        /// Nil where nothing was said and there is no text in the language.
        /// - Parameters:
        ///   - said: word for word, where it was not read out.
        ///   - language: in which the text of the policy was read out.
        ///   - terms: of the kind.
        init?(_ said: String?, language: String, of terms: ConsentPolicy.Terms?) {
            if let said, !said.isEmpty {
                let read = terms?.words.first { $0.text == said }
                text = said
                self.language = read?.language
                version = read?.version
                return
            }
            guard let words = terms?.words(in: language) else {
                return nil
            }
            text = words.text
            self.language = words.language
            version = words.version
        }
    }

    let person: String
    let kind: ConsentKind
    let isRefusal: Bool
    let read: Read
    /// nil is the person.
    let givenBy: String?
    let recorder: String?
    /// What of the kind it is about; nil: all of it.
    let part: JSON?
    let caregiver: String?
    let until: Int64?
    var how: ConsentHow?
    /// Who heard or saw it, by name.
    var witness: String?

    /// - Parameters:
    ///   - policy: by which it was asked.
    ///   - now: milliseconds since 1970.
    /// - Returns: the resource, not yet stored.
    func resource(_ policy: ConsentPolicy, at now: Int64) -> JSON {
        let agreeing = givenBy ?? "Patient/\(person)"
        var marks: [JSON] = []
        if let recorder {
            marks.append(CareCode.mark("recorder", "valueReference", .reference(recorder)))
        }
        if let language = read.language, let version = read.version {
            marks.append(
                CareCode.mark("text-read", "valueString", .string("\(kind.rawValue)/\(language)/\(version)")))
        }
        if let how {
            marks.append(CareCode.mark("given-how", "valueCode", .string(how.rawValue)))
        }
        if let witness {
            marks.append(CareCode.mark("witness", "valueString", .string(witness)))
        }
        var attachment = PlainText.attachment(read.text, title: "What was said", at: now)
        attachment["language"] = read.language.map(JSON.string)
        return .compact([
            "resourceType": "Consent",
            "extension": marks.isEmpty ? nil : .array(marks),
            "status": "active",
            "scope": [
                "coding": [
                    [
                        "system": "http://terminology.hl7.org/CodeSystem/consentscope",
                        "code": .string(policy[kind]?.scope ?? "patient-privacy"),
                    ]
                ]
            ],
            "category": [CareCode.concept(CareCode.consent, kind.rawValue, policy.title(kind))],
            "patient": .reference("Patient/\(person)"),
            "dateTime": .string(FHIRDate.instant(now)),
            "performer": [.reference(agreeing)],
            "sourceAttachment": attachment,
            "policy": [["uri": .string("urn:almoner:consent-policy:\(policy.version)")]],
            "verification": [
                [
                    "verified": true, "verifiedWith": .reference(agreeing),
                    "verificationDate": .string(FHIRDate.instant(now)),
                ]
            ],
            "provision": .compact([
                "type": isRefusal ? "deny" : "permit",
                "period": .compact([
                    "start": .string(FHIRDate.instant(now)), "end": until.map { .string(FHIRDate.instant($0)) },
                ]),
                "actor": caregiver.map { [["role": ["text": "Caregiver"], "reference": .reference($0)]] },
                "code": part.map { [$0] },
            ]),
        ])
    }
}
