"""Which personal data is kept where, for how long, and what happens to it: the map behind GDPR articles 15, 17, 30.

A test fails when a model with personal data is missing here.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """`holds` in words; `whose` names the path from a row to the person; `until` is the retention in words."""

    holds: str
    whose: str
    until: str


SIGNED = "10 years after signing"
UNSIGNED = "24 months after the last change when never signed, else 10 years after signing"
ACCOUNT = "as long as the person works here and a record must be kept"

MAP: dict[str, Kept] = {
    "audit.Entry": Kept("who did what when, by identifier only", "actor, subject", SIGNED),
    "outbox.Message": Kept("that a mail was sent; no text", "recipient", "24 months"),
    "outbox.Preference": Kept("which mails somebody does not want", "person", ACCOUNT),
    "people.Employee": Kept("name, address, job, dates of work and birth from the HR system", "itself", ACCOUNT),
    "people.Membership": Kept("the office somebody holds", "person", ACCOUNT),
    "people.WelcomeLink": Kept("that a first link was sent; the hash of its token", "person", "24 months"),
    "people.Session": Kept("where somebody is signed in: device, network, since when", "person", "until it ends"),
    "mfa.Authenticator": Kept("the secret of an app, names of passkeys, recovery codes", "user", "until removed"),
    "people.ImportFile": Kept("an HR export waiting to be applied", "everyone named in it", "one day"),
    "skills.Rating": Kept("how somebody sees a skill", "employee, rater", SIGNED),
    "plans.Plan": Kept("that there is a plan", "employee", ACCOUNT),
    "plans.Goal": Kept("a goal and its five parts", "plan.employee", SIGNED),
    "plans.Action": Kept("a step towards a goal", "goal.plan.employee, owner", SIGNED),
    "plans.Promise": Kept("what the employer promised, or expressly did not", "plan.employee, owner", SIGNED),
    "plans.Change": Kept("former values of a plan", "plan.employee, by", SIGNED),
    "plans.CheckIn": Kept("how a plan goes", "plan.employee", SIGNED),
    "plans.Progress": Kept("how far a goal has come", "goal.plan.employee", SIGNED),
    "plans.Remark": Kept("what one side wrote on a check-in", "check_in.plan.employee, author", SIGNED),
    "plans.TimeRequest": Kept("that an owner asked for more time, and why", "plan.employee, asked_by", SIGNED),
    "interviews.TemplateVersion": Kept("who published a template", "published_by", SIGNED),
    "interviews.Cycle": Kept("who launched a cycle", "created_by", SIGNED),
    "interviews.Interview": Kept("dates, place and state of a conversation", "employee, interviewer", UNSIGNED),
    "interviews.Reassignment": Kept(
        "who led a conversation before, and why HR changed it", "former, successor", SIGNED
    ),
    "interviews.Exemption": Kept("who is left out of a cycle, and why", "employee, by", SIGNED),
    "interviews.Extension": Kept("who got later dates, and why", "interview.employee, by", SIGNED),
    "interviews.Nudge": Kept("whom HR asked to go on, and why", "person, by", SIGNED),
    "interviews.Answer": Kept("what somebody wrote in preparation", "author", UNSIGNED),
    "interviews.Minutes": Kept("what was said on a topic", "interview.employee", UNSIGNED),
    "interviews.PrivateNote": Kept("its author's working memory", "author", "30 days after the interview closes"),
    "interviews.Content": Kept("minutes and plan as frozen for signing", "interview.employee", SIGNED),
    "interviews.ChangeRequest": Kept("what somebody wanted changed", "asked_by", SIGNED),
    "interviews.Signature": Kept("who declared what, when and how", "signer", SIGNED),
    "records.Record": Kept("that there is a sealed record", "interview.employee", SIGNED),
    "records.RecordFile": Kept("the sealed file's fingerprint and place", "record.interview.employee", SIGNED),
    "insights.Tally": Kept(
        "sums of dates and states; alone only for HR partners and their superiors, to leave them out",
        "person",
        "until the next count",
    ),
    "records.Addendum": Kept("what was added after signing", "author", SIGNED),
}

# Tables without personal data, each with the reason.
WITHOUT: dict[str, str] = {
    "audit.Head": "the end of the chain",
    "outbox.Heartbeat": "when a worker was last at work",
    "people.Attempt": "counts under keyed hashes, for minutes",
    "people.Department": "names of departments",
    "people.Organisation": "the organisation's own name and contacts",
    "skills.Skill": "names of skills",
    "insights.Counting": "when the figures were counted",
    "interviews.Template": "questions, not answers",
}
