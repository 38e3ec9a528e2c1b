//! A legacy event as its text, attribute by attribute.

use crate::json::{JsonError, Members, Raw, elements};

use super::party::{Party, Unknown};
use super::reject::Reject;

/// The names of a legacy event's attributes.
pub(super) const EVENT_ID: &str = "eventId";
pub(super) const SESSION_ID: &str = "sessionId";
pub(super) const REQUEST_ID: &str = "requestId";
pub(super) const PUBLISHED: &str = "published";
pub(super) const ACTION: &str = "action";
pub(super) const ACTORS: &str = "actors";
pub(super) const TARGETS: &str = "targets";
pub(super) const MESSAGE: &str = "message";
pub(super) const REQUEST_URI: &str = "requestUri";

/// A legacy event whose known attributes are told apart; values are the text they came as.
#[derive(Debug, Default)]
pub(super) struct LegacyEvent<'a> {
    pub(super) event_id: Option<Raw<'a>>,
    pub(super) session_id: Option<Raw<'a>>,
    pub(super) request_id: Option<Raw<'a>>,
    pub(super) published: Option<Raw<'a>>,
    pub(super) action: Action<'a>,
    pub(super) actors: Option<Parties<'a>>,
    pub(super) targets: Option<Parties<'a>>,
    pub(super) unknown: Unknown<'a>,
}

/// `action`, which every event has.
#[derive(Debug)]
pub(super) struct Action<'a> {
    pub(super) message: Option<Raw<'a>>,
    /// A string that is not empty.
    pub(super) object_type: Raw<'a>,
    pub(super) request_uri: Option<Raw<'a>>,
    /// The rest, `categories` among it.
    pub(super) unknown: Unknown<'a>,
}

impl Default for Action<'_> {
    fn default() -> Self {
        Self {
            message: None,
            object_type: Raw::new("\"\""),
            request_uri: None,
            unknown: Unknown::new(),
        }
    }
}

/// `actors` or `targets`.
#[derive(Debug)]
pub(super) enum Parties<'a> {
    /// An array.
    List(Vec<Element<'a>>),
    /// Anything else, `null` too.
    Other(Raw<'a>),
}

/// One element of `actors` or `targets`.
#[derive(Debug)]
pub(super) enum Element<'a> {
    /// An object.
    Party(Party<'a>),
    /// Anything else.
    Other(Raw<'a>),
}

impl<'a> Parties<'a> {
    fn parse(value: Raw<'a>) -> Result<Self, JsonError> {
        if !value.is_array() {
            return Ok(Self::Other(value));
        }
        let mut parties = Vec::new();
        for element in elements(value.text())? {
            parties.push(if element.is_object() {
                let party = Party::parse(element.text());
                Element::Party(
                    party.map_err(|error| error.shifted(element.offset_in(value.text())))?,
                )
            } else {
                Element::Other(element)
            });
        }
        Ok(Self::List(parties))
    }

    /// The elements that are objects.
    pub(super) fn parties(&self) -> impl Iterator<Item = &Party<'a>> {
        match self {
            Self::List(elements) => elements.as_slice(),
            Self::Other(_) => &[],
        }
        .iter()
        .filter_map(|element| match element {
            Element::Party(party) => Some(party),
            Element::Other(_) => None,
        })
    }
}

impl<'a> LegacyEvent<'a> {
    /// Tells the attributes of `members`, read from `record`, apart.
    pub(super) fn read(members: Members<'a>, record: &'a str) -> Result<Self, Reject> {
        let parties = |value: Raw<'a>| {
            Parties::parse(value).map_err(|error| error.shifted(value.offset_in(record)))
        };
        let (mut event_id, mut session_id, mut request_id, mut published) =
            (None, None, None, None);
        let (mut action, mut actors, mut targets) = (None, None, None);
        let mut unknown = Unknown::new();
        for (key, value) in members {
            match key.as_ref() {
                EVENT_ID => event_id = Some(value),
                SESSION_ID => session_id = Some(value),
                REQUEST_ID => request_id = Some(value),
                PUBLISHED => published = Some(value),
                ACTION => action = Some(value),
                ACTORS => actors = Some(parties(value)?),
                TARGETS => targets = Some(parties(value)?),
                _ => unknown.push((key, value)),
            }
        }
        Ok(Self {
            event_id,
            session_id,
            request_id,
            published,
            action: Action::read(action, record)?,
            actors,
            targets,
            unknown,
        })
    }

    /// The first actor that is no Client.
    pub(super) fn actor(&self) -> Option<&Party<'a>> {
        self.actors
            .as_ref()?
            .parties()
            .find(|party| !party.is_client())
    }

    /// The first actor that is a Client.
    pub(super) fn client(&self) -> Option<&Party<'a>> {
        self.actors
            .as_ref()?
            .parties()
            .find(|party| party.is_client())
    }
}

impl<'a> Action<'a> {
    fn read(action: Option<Raw<'a>>, record: &str) -> Result<Self, Reject> {
        let none = |found| Reject::NoObjectType { found };
        let action = action.ok_or(none("no action"))?;
        if !action.is_object() {
            return Err(none("an action that is no object"));
        }
        let members = Members::parse(action.text())
            .map_err(|error| error.shifted(action.offset_in(record)))?;
        let (mut message, mut object_type, mut request_uri) = (None, None, None);
        let mut unknown = Unknown::new();
        for (key, value) in members {
            match key.as_ref() {
                MESSAGE => message = Some(value),
                super::party::OBJECT_TYPE => object_type = Some(value),
                REQUEST_URI => request_uri = Some(value),
                _ => unknown.push((key, value)),
            }
        }
        let object_type: Raw<'a> = object_type.ok_or(none("nothing"))?;
        match object_type.decode() {
            None if object_type.is_string() => {
                return Err(none("a string that is no Unicode text"));
            }
            None => return Err(none("a value that is no string")),
            Some(text) if text.is_empty() => return Err(none("an empty string")),
            Some(_) => {}
        }
        Ok(Self {
            message,
            object_type,
            request_uri,
            unknown,
        })
    }
}
