import Access
package import FHIR
package import Records

/// Looks for what does not fit together in a person's plan: between its goals and those of others, between orders,
/// medicines, bookings, and between what is planned and who does it.
package struct FindConflicts: Sendable {
    package static let reads: Set<String> = PlanPicture.reads.union([
        "Appointment", "DetectedIssue", "EpisodeOfCare", "MedicationStatement", "ServiceRequest",
    ])

    package let medicines: MedicineChecks
    package let instructions: InstructionRules
    package let library: PlanLibrary
    /// The calendar day of a moment at the site.
    package let today: @Sendable (Int64) -> CalendarDay

    package init(_ content: CareContent, today: @escaping @Sendable (Int64) -> CalendarDay) {
        medicines = content.medicines
        instructions = content.instructions
        library = content.plans
        self.today = today
    }

    /// - Parameters:
    ///   - record: of the types of ``reads``.
    ///   - names: of medicines that it only refers to.
    ///   - now: milliseconds since 1970.
    /// - Returns: what was found, contradictions and dangers first.
    package func all(_ record: PersonRecord, names: [String: String] = [:], at now: Int64) -> [PlanConflict] {
        let picture = PlanPicture(record, names: names)
        let strangers = record.all("Goal").filter { goal in
            !picture.openGoals.contains { $0.resource.reference == goal.reference }
        }.map(PlanGoal.init).filter(\.isStandingElsewhere)
        return medicines.conflicts(picture.medicines, forbidden(record))
            + GoalConflicts.among(goals: picture.openGoals + strangers)
            + instructions.conflicts(said(picture, at: now), ordered(record))
            + OrderConflicts.among(record, at: now)
            + LackConflicts.among(picture, record)
            + GoalConflicts.doubles(picture.openSteps)
    }

    /// What the person is told, each with who says it.
    private func said(_ picture: PlanPicture, at now: Int64) -> [InstructionRules.Said] {
        typealias Said = InstructionRules.Said
        let packs = PackFit.onPlan(picture, library.effective(on: today(now).text), age: nil)
        return packs.flatMap { pack in
            pack.selfCare.map { Said(text: $0.en, source: pack.title, reference: nil) }
        }
            + picture.openSteps.compactMap { step in
                step.details.personWords.map {
                    Said(text: $0, source: "step “\(step.title)”", reference: step.resource.reference)
                }
            }
            + PlanPart.allCases.compactMap { part in
                picture.parts[part].map {
                    Said(text: $0, source: part.title.lowercased(), reference: picture.plan?.reference)
                }
            }
            + picture.medicines.compactMap { medicine in
                medicine.takes.map { Said(text: $0, source: medicine.name, reference: medicine.reference) }
            }
    }

    private func ordered(_ record: PersonRecord) -> [InstructionRules.Said] {
        record.all("ServiceRequest").filter { OrderConflicts.isOpen($0.root) }.compactMap { order in
            let words = [order.root["code"]?.words, order.root.text("patientInstruction")].compactMap(\.self)
            return words.isEmpty
                ? nil
                : InstructionRules.Said(
                    text: words.joined(separator: ". "), source: "order “\(words[0])”", reference: order.reference)
        }
    }

    /// Medicines that somebody ordered not to be given.
    private func forbidden(_ record: PersonRecord) -> [Resource] {
        record.all("MedicationRequest").filter {
            $0.root["doNotPerform"]?.bool == true && $0.root.text("status") == "active"
        }
    }
}

extension PlanGoal {
    /// A goal that somebody else follows: of another plan, or that came with records.
    var isStandingElsewhere: Bool {
        ["accepted", "active", "planned", "on-hold"].contains(resource.root.text("lifecycleStatus"))
    }
}
