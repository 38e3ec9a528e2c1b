//! A legacy event becomes a LogEvent.

use std::borrow::Cow;

use hashbrown::HashMap;
use serde_json::value::RawValue;

use crate::json::{JsonError, Members, Raw, compact};
use crate::tables::{EventType, Tables, UserAgent};

use super::legacy::{ACTION, LegacyEvent};
use super::log_event::{self, Derived, EventTypeName, Reason};
use super::party::string;
use super::published;
use super::quick;
use super::read::{self, Scratch, Shape};
use super::reject::Reject;
use super::template::{TypeTemplate, UserAgentTemplate};
use super::uuid;

/// How to convert.
#[derive(Debug, Clone, Copy, Default)]
pub struct ConvertOptions {
    /// Leave members out that would be `null`, and objects that would be empty.
    pub omit_nulls: bool,
    /// What to do with a type that the tables give no System Log event type for.
    pub unknown_types: UnknownTypes,
}

/// What to do with a type that the tables give no System Log event type for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownTypes {
    /// The event is converted, its type stands unchanged under `eventType`.
    #[default]
    Keep,
    /// The event is rejected.
    Reject,
}

/// What became of a record.
#[derive(Debug, PartialEq, Eq)]
pub enum Converted<'t, 'r> {
    /// A legacy event, now a LogEvent.
    LegacyEvent(TypeMatch<'t, 'r>),
    /// A LogEvent already; it stands as it was.
    PassedThrough,
}

/// What the tables know of an event's type.
#[derive(Debug, PartialEq, Eq)]
pub enum TypeMatch<'t, 'r> {
    /// The row gives the System Log event type.
    Successor(&'t EventType),
    /// There is a row, and it says that there is no successor.
    NoSuccessor(&'t EventType),
    /// There is no row for this type.
    Unknown(Cow<'r, str>),
}

/// Converts records. Each thread has its own: it remembers the types and user agents it has met.
#[derive(Debug)]
pub struct Converter<'t> {
    tables: &'t Tables,
    options: ConvertOptions,
    /// By their text as it is spelled.
    user_agents: HashMap<Vec<u8>, UserAgentTemplate<'t>>,
    /// By the text of `action.objectType`.
    types: HashMap<Vec<u8>, TypeTemplate<'t>>,
    scratch: Scratch,
}

/// How many user agents a converter remembers; an archive has some dozens, a hostile one
/// another with each event.
const USER_AGENTS_REMEMBERED: usize = 2048;

/// A longer user agent is not remembered.
const USER_AGENT_LEN: usize = 512;

/// With how many types remembered no more are that no table knows: of those too a hostile
/// archive has another with each event.
const TYPES_REMEMBERED: usize = 2048;

/// A longer type that no table has is not remembered; the longest that one has is 80 bytes long.
const TYPE_LEN: usize = 128;

impl<'t> Converter<'t> {
    /// A converter over `tables`.
    #[must_use]
    pub fn new(tables: &'t Tables, options: ConvertOptions) -> Self {
        Self {
            tables,
            options,
            user_agents: HashMap::new(),
            types: HashMap::new(),
            scratch: Scratch::default(),
        }
    }

    /// Appends to `out` the LogEvent that the legacy event `record` becomes, on one line,
    /// without a line break. A LogEvent is appended as it stands (on one line too).
    ///
    /// Nothing of the record is lost: [`super::restore`] brings it back.
    ///
    /// # Errors
    /// [`Reject`] says why the record does not become a LogEvent; `out` is then as it was.
    ///
    /// # Examples
    /// ```
    /// use events2logs_mapping::{ConvertOptions, Converter, Tables, restore};
    ///
    /// let tables = Tables::shipped()?;
    /// let mut converter = Converter::new(&tables, ConvertOptions::default());
    /// let record = r#"{"eventId":"tev1","published":"2018-01-01T00:00:00.000Z",
    ///     "action":{"objectType":"core.user_auth.session_clear","message":"Session cleared"}}"#;
    /// let mut log_event = Vec::new();
    /// converter.convert(record, &mut log_event)?;
    /// let log_event = String::from_utf8(log_event)?;
    /// assert!(log_event.contains(r#""eventType":"user.session.clear""#));
    ///
    /// let mut restored = Vec::new();
    /// restore(&log_event, &mut restored)?;
    /// assert!(events2logs_mapping::same_json(record, &String::from_utf8(restored)?)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn convert<'r>(
        &mut self,
        record: &'r str,
        out: &mut Vec<u8>,
    ) -> Result<Converted<'t, 'r>, Reject> {
        let before = out.len();
        let record = record.trim_ascii();
        let mut event = LegacyEvent::default();
        if let Some(shape) = read::legacy_event(record, &mut self.scratch, &mut event) {
            if let Some(type_match) = self.append_quick(&event, shape, record, out) {
                self.scratch.take_back(&mut event);
                return Ok(Converted::LegacyEvent(type_match));
            }
            out.truncate(before);
            if let Ok(type_match) = self.append_event(&event, record, out) {
                return Ok(Converted::LegacyEvent(type_match));
            }
            // The other path says why.
            out.truncate(before);
        }
        self.convert_by_reference(record, out)
    }

    /// The same as [`Self::convert`], by serde_json alone: what that is held against in tests,
    /// and what it turns to where a record is not of the usual kind.
    ///
    /// # Errors
    /// Those of [`Self::convert`].
    #[doc(hidden)]
    pub fn convert_by_reference<'r>(
        &mut self,
        record: &'r str,
        out: &mut Vec<u8>,
    ) -> Result<Converted<'t, 'r>, Reject> {
        let before = out.len();
        let converted = self.append(record, out);
        if converted.is_err() {
            out.truncate(before);
        }
        converted
    }

    fn append<'r>(
        &mut self,
        record: &'r str,
        out: &mut Vec<u8>,
    ) -> Result<Converted<'t, 'r>, Reject> {
        let record = record.trim_ascii();
        let members = object_members(record)?;
        if is_log_event(&members) {
            pass_through(record, out)?;
            return Ok(Converted::PassedThrough);
        }
        let event = LegacyEvent::read(members, record)?;
        let type_match = self.append_event(&event, record, out)?;
        Ok(Converted::LegacyEvent(type_match))
    }

    /// Appends an event of the usual kind; else `None`, and `out` may hold a part.
    fn append_quick<'r>(
        &mut self,
        event: &LegacyEvent<'r>,
        shape: Shape,
        record: &'r str,
        out: &mut Vec<u8>,
    ) -> Option<TypeMatch<'t, 'r>> {
        if self.options.omit_nulls {
            return None;
        }
        let template = self.types.get_mut(event.action.object_type.bytes())?;
        let mut cast = quick::Cast::default();
        quick::tell_apart(event, shape, &mut cast)?;
        let user_agent = match cast.client.and_then(|client| client.id) {
            Some(raw) => Some(self.user_agents.get(raw.bytes())?),
            None => None,
        };
        let browser = user_agent.and_then(|user_agent| user_agent.found.browser);
        if browser.is_some() && cast.client?.display_name.is_none() {
            return None;
        }
        let published = event.published?;
        if !published::is_usual(published.escaped()?) {
            return None;
        }
        let event_id = event.event_id?.escaped()?;
        if event_id.is_empty() || !shape.is_plain && event_id.contains(&b'\\') {
            return None;
        }
        let parts = quick::Parts {
            event,
            record,
            shape,
            cast: &cast,
            text: template.text(event.action.message, &self.tables.message_reasons)?,
            user_agent,
            uuid: uuid::of_event_id_quick(event_id),
            published,
        };
        quick::write(&parts, out).ok()?;
        Some(match template.row {
            Some(row) if row.event_type.is_some() => TypeMatch::Successor(row),
            Some(row) => TypeMatch::NoSuccessor(row),
            None => TypeMatch::Unknown(event.action.object_type.decode()?),
        })
    }

    /// Makes the way quick for events that have type and message in common with `event`.
    fn remember(
        &mut self,
        event: &LegacyEvent<'_>,
        type_match: &TypeMatch<'t, '_>,
        derived: &Derived<'t>,
    ) {
        let row = match type_match {
            TypeMatch::Successor(row) | TypeMatch::NoSuccessor(row) => Some(*row),
            TypeMatch::Unknown(_) => None,
        };
        let object_type = event.action.object_type;
        // Spelled with escapes, one type could have any number of templates.
        if self.options.omit_nulls || object_type.bytes().contains(&b'\\') {
            return;
        }
        let is_long = object_type.bytes().len() > TYPE_LEN;
        if row.is_none() && (is_long || self.types.len() >= TYPES_REMEMBERED) {
            return;
        }
        let template = self
            .types
            .entry_ref(object_type.bytes())
            .or_insert_with(|| TypeTemplate::new(row));
        let reasons = &self.tables.message_reasons;
        if template.text(event.action.message, reasons).is_none() {
            template.remember(object_type, event.action.message, reasons, derived);
        }
    }

    fn append_event<'r>(
        &mut self,
        event: &LegacyEvent<'r>,
        record: &str,
        out: &mut Vec<u8>,
    ) -> Result<TypeMatch<'t, 'r>, Reject> {
        let legacy_event_type = event
            .action
            .object_type
            .decode()
            .ok_or(Reject::NoObjectType {
                found: "a string that is no Unicode text",
            })?;
        let type_match = self.type_match(legacy_event_type)?;
        let derived = self.derive(event, record, &type_match)?;
        log_event::write(event, record, &derived, self.options.omit_nulls, out)?;
        self.remember(event, &type_match, &derived);
        Ok(type_match)
    }

    fn type_match<'r>(&self, legacy_event_type: Cow<'r, str>) -> Result<TypeMatch<'t, 'r>, Reject> {
        let reject = self.options.unknown_types == UnknownTypes::Reject;
        match self.tables.event_types.get(&legacy_event_type) {
            Some(row) if row.event_type.is_some() => Ok(TypeMatch::Successor(row)),
            Some(_) if reject => Err(Reject::NoSuccessor {
                legacy_event_type: legacy_event_type.into_owned(),
            }),
            Some(row) => Ok(TypeMatch::NoSuccessor(row)),
            None if reject => Err(Reject::UnknownType {
                legacy_event_type: legacy_event_type.into_owned(),
            }),
            None => Ok(TypeMatch::Unknown(legacy_event_type)),
        }
    }

    /// Asks the tables all that a LogEvent says beyond the event's own text.
    fn derive(
        &mut self,
        event: &LegacyEvent<'_>,
        record: &str,
        type_match: &TypeMatch<'t, '_>,
    ) -> Result<Derived<'t>, Reject> {
        let row = match type_match {
            TypeMatch::Successor(row) | TypeMatch::NoSuccessor(row) => Some(*row),
            TypeMatch::Unknown(_) => None,
        };
        let by_message = row
            .map(|row| row.legacy_event_type.as_str())
            .filter(|legacy_event_type| self.tables.message_reasons.knows(legacy_event_type))
            .and_then(|legacy_event_type| {
                let message = event.action.message?.decode()?;
                self.tables
                    .message_reasons
                    .find(legacy_event_type, &message)
            });
        let event_id = event.event_id.and_then(Raw::decode);
        Ok(Derived {
            uuid: match event_id.filter(|event_id| !event_id.is_empty()) {
                Some(event_id) => uuid::of_event_id(&event_id),
                None => uuid::of_record(record)?,
            },
            published: read_published(event.published)?,
            event_type: row
                .and_then(|row| row.event_type.as_deref())
                .map_or(EventTypeName::Unchanged, EventTypeName::Successor),
            outcome_result: row.and_then(|row| row.outcome_result),
            outcome_reason: match by_message {
                Some(found) => Some(found.outcome_reason.map_or(Reason::Message, Reason::Key)),
                None => row
                    .and_then(|row| row.outcome_reason.as_deref())
                    .map(Reason::Key),
            },
            severity: by_message
                .and_then(|found| found.severity)
                .or_else(|| row.and_then(|row| row.severity)),
            user_agent: event
                .client()
                .and_then(|client| self.user_agent(string(client.id)?)),
        })
    }

    fn user_agent(&mut self, raw_user_agent: Raw<'_>) -> Option<UserAgent<'t>> {
        if let Some(known) = self.user_agents.get(raw_user_agent.bytes()) {
            return Some(known.found);
        }
        let found = self.tables.user_agents.find(&raw_user_agent.decode()?);
        if raw_user_agent.bytes().len() > USER_AGENT_LEN {
            return Some(found);
        }
        if self.user_agents.len() >= USER_AGENTS_REMEMBERED {
            self.user_agents.clear();
        }
        let text = raw_user_agent.bytes().to_owned();
        self.user_agents.insert(text, UserAgentTemplate::new(found));
        Some(found)
    }
}

/// Reads `record` as an object, telling "no JSON" from "JSON, but no object".
pub(super) fn object_members(record: &str) -> Result<Members<'_>, Reject> {
    if record.starts_with('{') {
        return Ok(Members::parse(record)?);
    }
    let value: &RawValue =
        serde_json::from_str(record).map_err(|error| JsonError::from_serde(&error, record))?;
    Err(Reject::NotAnObject {
        found: match value.get().bytes().next() {
            Some(b'[') => "an array",
            Some(b'"') => "a string",
            Some(b't' | b'f') => "a boolean",
            Some(b'n') => "null",
            _ => "a number",
        },
    })
}

/// Whether an object is a LogEvent: those have an `eventType` and a `uuid`, legacy events
/// neither, but an `action`.
fn is_log_event(members: &Members<'_>) -> bool {
    members.string("eventType").is_some()
        && members.string("uuid").is_some()
        && members.get(ACTION).is_none()
}

/// Appends a LogEvent; to the letter, unless it takes more than one line.
pub(super) fn pass_through(record: &str, out: &mut Vec<u8>) -> Result<(), Reject> {
    let before = out.len();
    compact(Raw::new(record), 0, out)?;
    if !record.contains(['\n', '\r']) {
        out.truncate(before);
        out.extend_from_slice(record.as_bytes());
    }
    Ok(())
}

fn read_published(value: Option<Raw<'_>>) -> Result<published::Published, Reject> {
    /// A value longer than this is cut in the message.
    const SHOWN: usize = 40;
    let value = value.ok_or(Reject::NoPublished)?;
    value
        .decode()
        .and_then(|text| published::read(&text))
        .ok_or_else(|| {
            let mut found: String = value.text().chars().take(SHOWN).collect();
            if found.len() < value.text().len() {
                found.push('…');
            }
            Reject::UnreadablePublished { found }
        })
}
