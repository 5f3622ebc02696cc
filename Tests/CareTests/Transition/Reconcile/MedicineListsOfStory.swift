/// Two lists of one person after a stay for heart failure, as they are written down: 22 of the hospital, 19 from home.
enum MedicineListsOfStory {
    static let hospital = """
        Furosemide 40 mg tablet, 1 tablet by mouth twice a day for fluid
        Lisinopril 10 mg tablet once daily for blood pressure
        Metoprolol succinate ER 50 mg once a day for the heart
        Spironolactone 25 mg once a day for the heart
        Atorvastatin 40 mg at bedtime for cholesterol
        Apixaban 5 mg twice a day to prevent clots
        Clopidogrel 75 mg once a day
        Metformin 500 mg twice a day with meals
        Empagliflozin 10 mg every morning
        Levothyroxine 75 mcg every morning for thyroid
        Pantoprazole 40 mg every morning for stomach
        Potassium chloride 20 mEq once a day
        Gabapentin 300 mg three times a day for nerve pain
        Sertraline 50 mg once a day for mood
        Acetaminophen 500 mg 2 tablets every 6 hours as needed for pain
        Albuterol inhaler 2 puffs every 4 hours as needed for wheezing
        Tiotropium 18 mcg capsule inhale once a day
        Tamsulosin 0.4 mg at bedtime
        Docusate 100 mg twice a day
        Allopurinol 100 mg once a day for gout
        STOP ibuprofen 600 mg
        Prednisone 20 mg once a day for 5 days
        """

    static let home = """
        Lasix 20 mg once a day
        lisinopril 10 mg daily
        metoprolol succ 25 mg once a day
        Lipitor 40 mg at night
        Eliquis 5 mg twice daily
        Plavix 75 mg daily
        metformin 500 mg bid
        Synthroid 75 mcg in the morning
        omeprazole 20 mg every morning
        gabapentin 300 mg tid
        Zoloft 50 mg daily
        Tylenol 500 mg 2 tablets every 6 hours as needed
        Ventolin 2 puffs every 4 hours as needed
        Spiriva 18 mcg once a day
        Flomax 0.4 mg at bedtime
        allopurinol 100 mg daily
        ibuprofen 600 mg three times a day for back pain
        vitamin D 1000 units once a day
        the little white pill from my sister
        """
}
