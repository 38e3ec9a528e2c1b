//! Which columns there are.

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// The text of a string.
    Text,
    /// JSON text.
    Json,
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The attribute's path, which is the column's name.
    pub path: &'static str,
    /// What its cells hold.
    pub cell: Cell,
}

/// The last column, for what no other one can say: an object of the rest of the event.
pub const OTHER: &str = "otherAttributes";

const fn text(path: &'static str) -> Column {
    let cell = Cell::Text;
    Column { path, cell }
}

const fn json(path: &'static str) -> Column {
    let cell = Cell::Json;
    Column { path, cell }
}

/// The columns of a LogEvent, what is looked for most first. Columns are only ever added, before
/// the last.
pub const LOG_EVENT: &[Column] = &[
    text("uuid"),
    text("published"),
    text("eventType"),
    text("legacyEventType"),
    text("severity"),
    text("displayMessage"),
    text("outcome.result"),
    text("outcome.reason"),
    text("actor.id"),
    text("actor.type"),
    text("actor.alternateId"),
    text("actor.displayName"),
    json("actor.detailEntry"),
    json("target"),
    text("client.ipAddress"),
    text("client.userAgent.rawUserAgent"),
    text("client.userAgent.os"),
    text("client.userAgent.browser"),
    text("client.device"),
    text("client.zone"),
    text("client.id"),
    text("client.geographicalContext.city"),
    text("client.geographicalContext.state"),
    text("client.geographicalContext.country"),
    text("client.geographicalContext.postalCode"),
    json("client.geographicalContext.geolocation"),
    json("device"),
    text("authenticationContext.authenticationProvider"),
    text("authenticationContext.credentialProvider"),
    text("authenticationContext.credentialType"),
    json("authenticationContext.issuer"),
    text("authenticationContext.interface"),
    json("authenticationContext.authenticationStep"),
    text("authenticationContext.rootSessionId"),
    text("authenticationContext.externalSessionId"),
    json("securityContext.asNumber"),
    text("securityContext.asOrg"),
    text("securityContext.isp"),
    text("securityContext.domain"),
    json("securityContext.isProxy"),
    text("transaction.type"),
    text("transaction.id"),
    json("transaction.detail"),
    json("request.ipChain"),
    text("debugContext.debugData.requestUri"),
    json("debugContext.debugData.legacyEvent"),
    text("version"),
    json(OTHER),
];

/// The columns of a legacy event.
pub const LEGACY_EVENT: &[Column] = &[
    text("eventId"),
    text("published"),
    text("action.objectType"),
    text("action.message"),
    json("action.categories"),
    text("action.requestUri"),
    json("actors"),
    json("targets"),
    text("sessionId"),
    text("requestId"),
    json(OTHER),
];

/// What the cells of a column named `path` hold, in a table of anybody's.
pub(super) fn cell_of(path: &str) -> Cell {
    let mut columns = LOG_EVENT.iter().chain(LEGACY_EVENT);
    columns
        .find(|column| column.path == path)
        .map_or(Cell::Text, |column| column.cell)
}

/// Whether a column named `name` can only be about events: an attribute of two names or more,
/// such as `action.objectType` or `actors.0.id`, or one of the names that nothing else has.
#[must_use]
pub fn is_attribute(name: &str) -> bool {
    const ALONE: [&str; 5] = [
        "eventId",
        "eventType",
        "legacyEventType",
        "displayMessage",
        OTHER,
    ];
    if ALONE.contains(&name) {
        return true;
    }
    let Some((first, _)) = name.split_once('.') else {
        return false;
    };
    let mut columns = LOG_EVENT.iter().chain(LEGACY_EVENT);
    columns.any(|column| column.path.split('.').next() == Some(first))
}

#[cfg(test)]
mod tests {
    use hashbrown::HashSet;

    use super::*;

    #[test]
    fn no_column_is_there_twice_or_within_another() {
        for columns in [LOG_EVENT, LEGACY_EVENT] {
            let paths: HashSet<&str> = columns.iter().map(|column| column.path).collect();
            assert_eq!(paths.len(), columns.len());
            for path in &paths {
                let mut above = *path;
                while let Some((parent, _)) = above.rsplit_once('.') {
                    assert!(!paths.contains(parent), "{path} is within {parent}");
                    above = parent;
                }
            }
            assert_eq!(columns.last().map(|column| column.path), Some(OTHER));
        }
    }

    #[test]
    fn what_names_are_about_events() {
        for (name, is) in [
            ("action.objectType", true),
            ("actors.0.id", true),
            ("debugContext.debugData.url", true),
            ("eventId", true),
            ("published", false),
            ("id", false),
            ("address.city", false),
            ("actor", false),
        ] {
            assert_eq!(is_attribute(name), is, "{name}");
        }
    }
}
