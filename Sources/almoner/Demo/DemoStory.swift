/// What the care team of the demonstration did with each of the twelve people, besides their records. Days count back
/// from today.
struct DemoStory {
    struct Goal {
        let words: String
        let measure: String
        let direction: String
        let target: String
        let unit: String
        let dueInDays: Int
        var level: String?
    }

    let person: String
    var program: String?
    var enrolled = 0
    var manager = "ruth"
    var matters: String?
    var pack: String?
    var packItems: [String] = []
    var goals: [Goal] = []
    /// Signed notes of calls that happened: days ago, minutes, note.
    var calls: [(daysAgo: Int, minutes: Int, note: String)] = []
    /// Attempts that failed: days ago and outcome.
    var attempts: [(daysAgo: Int, outcome: String)] = []
    var caregiver: (name: String, relation: String)?
    /// Answers of a PHQ-9 taken today, by item in their order, 0 to 3.
    var phq9: [Int]?
    var declined: String?

    static let all: [DemoStory] = [
        DemoStory(
            person: "story-brannigan", program: "complex-care", enrolled: 41,
            matters: "I want to be on my feet for my granddaughter's wedding, and not back in that hospital bed.",
            pack: "heart-failure", packItems: ["goal.weigh-daily"],
            goals: [
                Goal(
                    words: "Walk to the mailbox and back without stopping", measure: "Walks a week",
                    direction: "increase",
                    target: "5", unit: "a week", dueInDays: 30, level: "improving")
            ],
            calls: [
                (
                    38, 24,
                    "First talk. She lives alone on the second floor. Has no scale. Agreed to weigh each morning."
                ),
                (9, 14, "Weight 160 to 163 lb this week. Sleeps on two pillows. Will call if she gains 3 lb in a day."),
            ]),
        DemoStory(
            person: "story-thorngate", program: "chronic-care", enrolled: 120,
            matters: "Let me keep working in my garden.", pack: "hypertension",
            calls: [(63, 11, "Takes his tablets most days. Forgets them on weekends.")]),
        DemoStory(
            person: "story-haddour", program: "complex-care", enrolled: 75, manager: "sam",
            matters: "I want to cook for the family again.",
            calls: [(70, 31, "Talked with an Arabic interpreter by phone. Her son drives her on Fridays only.")]),
        DemoStory(
            person: "story-lindqvist", program: "chronic-care", enrolled: 20,
            matters: "I would like a morning when I want to get up.", pack: "depression",
            calls: [(19, 28, "Low since spring. Has a sister nearby. Agreed to one walk a week.")],
            phq9: [3, 3, 3, 3, 2, 3, 2, 2, 1]),
        DemoStory(
            person: "story-montalvo", program: "chronic-care", enrolled: 96,
            matters: "Quiero ver crecer a mis nietos. (I want to see my grandchildren grow up.)", pack: "diabetes",
            packItems: ["goal.a1c", "goal.check-sugar"],
            calls: [
                (90, 26, "With interpreter. Skips the evening dose when money is short."),
                (33, 15, "Checks his sugar four mornings a week now. Pharmacy moved him to the lower-cost form."),
            ]),
        DemoStory(
            person: "story-kowalik", program: "complex-care", enrolled: 55, manager: "sam",
            matters: "To get through a night without the ambulance.", pack: "copd",
            calls: [(48, 22, "Twelve medicines on the table. Uses the rescue inhaler five times a day.")]),
        DemoStory(
            person: "story-warfaa", matters: nil, attempts: [(6, "no-answer"), (3, "left-message")]),
        DemoStory(
            person: "story-pettibone", program: "complex-care", enrolled: 140, matters: "Stay in my own house.",
            goals: [
                Goal(
                    words: "No more falls in the bathroom", measure: "Falls a month", direction: "decrease",
                    target: "0",
                    unit: "a month", dueInDays: 60)
            ],
            calls: [
                (27, 33, "Talked with her daughter, who has her consent. Grab bars are in. Second fall since spring.")
            ],
            caregiver: ("Joan Pettibone", "daughter")),
        DemoStory(
            person: "story-vandermeer", program: "complex-care", enrolled: 200,
            calls: [(30, 18, "Tired. Talked about what he wants when time is short.")]),
        DemoStory(
            person: "story-lamduc", program: "complex-care", enrolled: 15, manager: "sam",
            matters: "Go home to my own bed."),
        DemoStory(
            person: "story-ashwell", program: "chronic-care", enrolled: 230,
            matters: "Do this on my own.",
            goals: [
                Goal(
                    words: "Keep my blood pressure under 130", measure: "Systolic blood pressure",
                    direction: "decrease",
                    target: "130", unit: "mm[Hg]", dueInDays: 20, level: "achieved"),
                Goal(
                    words: "Take my tablets every morning", measure: "Days a week", direction: "increase", target: "7",
                    unit: "a week", dueInDays: 20, level: "achieved"),
            ],
            calls: [
                (220, 25, "First talk. Wants to be rid of reminders."), (120, 12, "Six of seven mornings."),
                (34, 9, "Seven of seven for a month. Home readings 118 to 126. Asks when this ends."),
            ]),
        DemoStory(person: "story-castellane", attempts: [(12, "reached-caregiver")], declined: "no-need"),
    ]
}
