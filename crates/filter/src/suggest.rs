//! Which operator somebody meant who wrote another word or sign.

/// What other languages write, and the operator that says it here.
const SYNONYMS: [(&str, &[&str]); 10] = [
    (
        "eq",
        &[
            "=", "==", "===", "is", "equal", "equals", "equalto", "matches",
        ],
    ),
    (
        "ne",
        &[
            "!=",
            "!==",
            "<>",
            "=!",
            "neq",
            "nq",
            "isnot",
            "notequal",
            "notequals",
        ],
    ),
    (
        "co",
        &[
            "=~", "~", "~=", "contain", "contains", "like", "ilike", "rlike", "has", "include",
            "includes",
        ],
    ),
    (
        "sw",
        &["startswith", "startwith", "starts", "beginswith", "prefix"],
    ),
    ("ew", &["endswith", "endwith", "ends", "suffix"]),
    (
        "pr",
        &[
            "exists",
            "exist",
            "present",
            "ispresent",
            "notnull",
            "isnotnull",
        ],
    ),
    ("gt", &[">", "greaterthan", "after"]),
    ("ge", &[">=", "=>", "gte", "since"]),
    ("lt", &["<", "lessthan", "before"]),
    ("le", &["<=", "=<", "lte", "until"]),
];

/// The operator meant by `word`, if that can be told: a synonym in any
/// spelling (`startsWith`, `starts_with`, `-eq`), or one slip away.
pub(crate) fn suggest(word: &str) -> Option<&'static str> {
    if let Some(found) = synonym(word) {
        return Some(found);
    }
    let plain: String = word
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | '.' | ':'))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    // `-eq` is PowerShell, `eq:` a habit from YAML.
    if let Some((operator, _)) = SYNONYMS.iter().find(|(operator, _)| *operator == plain) {
        return Some(operator);
    }
    synonym(&plain).or_else(|| {
        SYNONYMS
            .iter()
            .map(|(operator, _)| *operator)
            .find(|operator| one_slip(&plain, operator))
    })
}

fn synonym(word: &str) -> Option<&'static str> {
    SYNONYMS
        .iter()
        .find(|(_, words)| words.contains(&word))
        .map(|(operator, _)| *operator)
}

/// Whether `word` is the two-letter `operator` with one letter doubled, added
/// or exchanged with its neighbour.
fn one_slip(word: &str, operator: &str) -> bool {
    let swapped: String = operator.chars().rev().collect();
    if word == swapped {
        return true;
    }
    // One letter too many: taking it out leaves the operator.
    word.chars().count() == 3
        && word.char_indices().any(|(at, left_out)| {
            let rest: String = word
                .char_indices()
                .filter(|(other, _)| *other != at)
                .map(|(_, c)| c)
                .collect();
            rest == operator && operator.contains(left_out)
        })
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn what_people_write() {
        for (word, meant) in [
            ("eqq", Some("eq")),
            ("qe", Some("eq")),
            ("==", Some("eq")),
            ("-eq", Some("eq")),
            ("!=", Some("ne")),
            ("startsWith", Some("sw")),
            ("ends_with", Some("ew")),
            ("Contains", Some("co")),
            (">=", Some("ge")),
            ("gte", Some("ge")),
            ("exists", Some("pr")),
            ("SUCCESS", None),
            ("and", None),
            ("eventType", None),
        ] {
            assert_eq!(suggest(word), meant, "{word}");
        }
    }
}
