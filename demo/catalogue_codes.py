"""The codes that the demo catalogue may use, by kind and field: the lists of docs/content.md."""

THEMES = frozenset("""governance information reception language orientation employment skills education housing health
    social-inclusion legal-status participation anti-discrimination host-society culture origin-countries""".split())
TARGET_GROUPS = frozenset("""third-country-nationals asylum-seekers protection-beneficiaries temporary-protection resettled
    labour-migrants highly-skilled family-migrants students women men children youth unaccompanied-minors parents
    older-people trauma-survivors disabilities low-literacy roma host-community""".split())
AUDIENCES = frozenset("public-officials teachers health-social-staff employers volunteers-ngos researchers-media".split())
COUNTRIES = frozenset("LV LT EE FI SE DK NO IS AX FO GL NL SI HU PL ES UA".split())
LEVELS = frozenset("neighbourhood municipal regional national cross-border eu".split())
STAGES = frozenset("interested contacted visited adapting piloting adopted scaled dropped".split())

CODES = {
    "organisation": {
        "orgType": frozenset("""ministry national-agency regional-authority municipality municipal-association
            intergovernmental eu-body ngo migrant-organisation diaspora-organisation academia think-tank trade-union
            employer-association business education-provider health-provider cultural-institution embassy media""".split()),
        "country": COUNTRIES, "level": LEVELS, "themes": THEMES,
    },
    "contact": {
        "contactType": frozenset(["role-mailbox"]),  # no persons in a demonstration
        "roles": frozenset("""national-contact-point local-coordinator project-manager practice-owner service-desk expert
            peer-reviewer press data-protection technical-admin""".split()),
        "country": COUNTRIES, "themes": THEMES,
    },
    "practice": {
        "country": COUNTRIES, "countriesOfOrigin": COUNTRIES, "level": LEVELS, "themes": THEMES, "targetGroups": TARGET_GROUPS,
        "practiceStatus": frozenset("planned pilot running completed discontinued".split()),
        "evidence": frozenset(["self-reported"]),  # nothing here was monitored or evaluated by us
        "conditions": frozenset("""national-law municipal-mandate stable-funding trained-staff volunteers interpreters premises
            it-system political-support none""".split()),
        "participation": frozenset("none consulted co-designed led".split()),
    },
    "event": {
        "eventType": frozenset("""conference seminar round-table study-visit working-group training course workshop forum
            peer-review information-day webinar discussion cultural-activity other""".split()),
        "phase": frozenset("opening mid-term closing".split()),
        "eventStatus": frozenset("tentative confirmed cancelled postponed".split()),
        "mode": frozenset("onsite online hybrid".split()), "cefr": frozenset("A1 A2 B1 B2 C1 C2".split()),
        "themes": THEMES, "audience": TARGET_GROUPS | AUDIENCES,
        "accessibility": frozenset("step-free hearing-loop sign-language captions childcare quiet-room".split()),
    },
    "response": {
        "type": frozenset("endorsement adoption translation review correction assessment".split()), "stage": STAGES,
        "dropReason": frozenset("cost law staff no-need no-support results-poor other".split()),
        "mode": frozenset("human machine machine-reviewed".split()),
        "template": frozenset("DIVE-4 FI-6 NIEM-13".split()),
    },
}
