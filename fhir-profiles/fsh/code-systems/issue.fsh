CodeSystem: IssueCS
Id: issue
Title: "Issues"
Description: "Stable codes of the issues in an OperationOutcome of this server. The list grows with the server; every code is kebab-case."
* ^caseSensitive = true
* ^experimental = false
* ^content = #fragment
* #unauthorized "Sign in is required"
* #forbidden "The caller may not do this to this resource type"
* #not-found "Unknown, or not visible to the caller"
* #gone "The resource was deleted"
