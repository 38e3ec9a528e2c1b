//! A LogEvent becomes the legacy event it was.

use crate::json::{JsonError, Members, Raw, compact, elements};

use super::converter::{object_members, pass_through};
use super::legacy::{
    ACTION, ACTORS, EVENT_ID, MESSAGE, PUBLISHED, REQUEST_ID, REQUEST_URI, SESSION_ID, TARGETS,
};
use super::party::{DISPLAY_NAME, ID, IP_ADDRESS, LOGIN, OBJECT_TYPE};
use super::reject::Reject;
use super::uuid;
use super::write::{ObjectWriter, array};

/// What became of a LogEvent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restored {
    /// The legacy event it was made from.
    LegacyEvent,
    /// It was a LogEvent from the start, and stands as it was.
    PassedThrough,
}

/// Appends to `out` the legacy event that the LogEvent `record` was made from, equal as JSON
/// to the original; on one line, without a line break. A LogEvent that [`super::Converter`] did
/// not make is appended as it stands: one without `debugContext.debugData.legacyEvent`, or whose
/// `uuid` is not the one that the legacy event gets.
///
/// # Errors
/// [`Reject`] where the record is no JSON object; `out` is then as it was.
pub fn restore(record: &str, out: &mut Vec<u8>) -> Result<Restored, Reject> {
    let before = out.len();
    let restored = append(record.trim_ascii(), before, out);
    if restored.is_err() {
        out.truncate(before);
    }
    restored
}

fn append(record: &str, before: usize, out: &mut Vec<u8>) -> Result<Restored, Reject> {
    let log_event = object_members(record)?;
    let debug_data = log_event.object("debugContext")?.object("debugData")?;
    let Some(kept) = debug_data
        .get("legacyEvent")
        .filter(|kept| kept.is_object())
    else {
        pass_through(record, out)?;
        return Ok(Restored::PassedThrough);
    };
    let mut kept = Members::parse(kept.text())?;
    let event_id = kept.string(EVENT_ID).and_then(Raw::decode);
    let mut event = ObjectWriter::open(out, false);
    put(&mut event, EVENT_ID, kept.take(EVENT_ID))?;
    let session_id = log_event
        .object("authenticationContext")?
        .string("externalSessionId");
    put(&mut event, SESSION_ID, kept.take(SESSION_ID).or(session_id))?;
    let request_id = log_event.object("transaction")?.string("id");
    put(&mut event, REQUEST_ID, kept.take(REQUEST_ID).or(request_id))?;
    let published = kept.take(PUBLISHED).or(log_event.string("published"));
    put(&mut event, PUBLISHED, published)?;

    let action = kept.take(ACTION).filter(|action| action.is_object());
    let mut action =
        action.map_or_else(|| Ok(Members::default()), |it| Members::parse(it.text()))?;
    event.object(ACTION, |object| {
        let message = action.take(MESSAGE).or(log_event.string("displayMessage"));
        put(object, MESSAGE, message)?;
        put(object, OBJECT_TYPE, log_event.get("legacyEventType"))?;
        let request_uri = action.take(REQUEST_URI).or(debug_data.string(REQUEST_URI));
        put(object, REQUEST_URI, request_uri)?;
        put_all(object, action)
    })?;

    restore_actors(kept.take(ACTORS), &log_event, &mut event)?;
    restore_targets(kept.take(TARGETS), &log_event, &mut event)?;
    put_all(&mut event, kept)?;
    event.close();

    let event_id = event_id.filter(|event_id| !event_id.is_empty());
    let expected = match (event_id, out.get(before..).map(std::str::from_utf8)) {
        (Some(event_id), _) => Some(uuid::of_event_id(&event_id)),
        (None, Some(Ok(restored))) => Some(uuid::of_record(restored)?),
        (None, _) => None,
    };
    let uuid = log_event.string("uuid").and_then(Raw::decode);
    if uuid.as_deref() != expected.map(|it| it.to_string()).as_deref() {
        out.truncate(before);
        pass_through(record, out)?;
        return Ok(Restored::PassedThrough);
    }
    Ok(Restored::LegacyEvent)
}

fn put(object: &mut ObjectWriter<'_>, name: &str, value: Option<Raw<'_>>) -> Result<(), JsonError> {
    match value {
        Some(value) => object.with_any(name, |out| compact(value, 0, out)),
        None => Ok(()),
    }
}

fn put_all(object: &mut ObjectWriter<'_>, members: Members<'_>) -> Result<(), JsonError> {
    members
        .into_iter()
        .try_for_each(|(name, value)| put(object, &name, Some(value)))
}

/// What `actor`, `client` or an element of `target` says of a party, under legacy names.
#[derive(Debug, Default)]
struct Said<'a> {
    id: Option<Raw<'a>>,
    object_type: Option<Raw<'a>>,
    display_name: Option<Raw<'a>>,
    login: Option<Raw<'a>>,
    ip_address: Option<Raw<'a>>,
}

impl<'a> Said<'a> {
    fn by_actor_or_target(object: &Members<'a>) -> Self {
        Self {
            id: object.string("id"),
            object_type: object.string("type"),
            display_name: object.string("displayName"),
            login: object.string("alternateId"),
            ip_address: None,
        }
    }

    fn by_actor(actor: &Members<'a>) -> Self {
        let mut said = Self::by_actor_or_target(actor);
        let decoded = |value: Option<Raw<'a>>| value.and_then(Raw::decode);
        let is_system = decoded(said.object_type).is_some_and(|it| it == "SystemPrincipal")
            && decoded(said.id).is_some_and(|id| id.starts_with("spr"));
        if is_system {
            said.object_type = Some(Raw::new("\"User\""));
        }
        said
    }

    fn by_client(client: &Members<'a>) -> Result<Self, JsonError> {
        let user_agent = client.object("userAgent")?;
        Ok(Self {
            id: user_agent.string("rawUserAgent"),
            object_type: Some(Raw::new("\"Client\"")),
            display_name: user_agent.string("browser"),
            login: None,
            ip_address: client.string("ipAddress"),
        })
    }

    /// Whether nothing is said, of a client.
    fn is_silent(&self) -> bool {
        [self.id, self.display_name, self.ip_address]
            .iter()
            .all(Option::is_none)
    }

    /// Appends the party; what was kept aside of it counts before what is said.
    fn write(self, mut kept: Members<'_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
        let mut party = ObjectWriter::open(out, false);
        for (name, said) in [
            (ID, self.id),
            (DISPLAY_NAME, self.display_name),
            (LOGIN, self.login),
            (IP_ADDRESS, self.ip_address),
            (OBJECT_TYPE, self.object_type),
        ] {
            put(&mut party, name, kept.take(name).or(said))?;
        }
        put_all(&mut party, kept)?;
        party.close();
        Ok(())
    }
}

fn restore_actors(
    kept: Option<Raw<'_>>,
    log_event: &Members<'_>,
    event: &mut ObjectWriter<'_>,
) -> Result<(), JsonError> {
    let mut actor = match log_event.get("actor") {
        Some(actor) if actor.is_object() => Some(Said::by_actor(&Members::parse(actor.text())?)),
        _ => None,
    };
    let client = Said::by_client(&log_event.object("client")?)?;
    let mut client = Some(client).filter(|client| !client.is_silent());
    match kept {
        None => {
            let said: Vec<Said<'_>> = actor.into_iter().chain(client).collect();
            if said.is_empty() {
                return Ok(());
            }
            event.with(ACTORS, |out| {
                array(out, said, |said, out| said.write(Members::default(), out))
            })
        }
        Some(kept) if kept.is_array() => event.with(ACTORS, |out| {
            array(out, elements(kept.text())?, |element, out| {
                if !element.is_object() {
                    return compact(element, 0, out);
                }
                let kept = Members::parse(element.text())?;
                let is_client = kept
                    .get(OBJECT_TYPE)
                    .and_then(Raw::decode)
                    .is_some_and(|object_type| object_type == "Client");
                let said = if is_client { &mut client } else { &mut actor };
                let mut said = said.take().unwrap_or_default();
                if !is_client {
                    // An entry keeps its objectType: without one, the actor had none.
                    said.object_type = None;
                } else if kept.get(ID).is_some() || kept.get(DISPLAY_NAME).is_some() {
                    said.id = None;
                    said.display_name = None;
                }
                said.write(kept, out)
            })
        }),
        other => put(event, ACTORS, other),
    }
}

fn restore_targets(
    kept: Option<Raw<'_>>,
    log_event: &Members<'_>,
    event: &mut ObjectWriter<'_>,
) -> Result<(), JsonError> {
    let said: Vec<Raw<'_>> = match log_event.get("target") {
        Some(target) if target.is_array() => elements(target.text())?,
        _ => Vec::new(),
    };
    let mut said = said.into_iter().filter(|element| element.is_object());
    match kept {
        None => {
            let mut said = said.peekable();
            if said.peek().is_none() {
                return Ok(());
            }
            event.with(TARGETS, |out| {
                array(out, said, |said, out| {
                    Said::by_actor_or_target(&Members::parse(said.text())?)
                        .write(Members::default(), out)
                })
            })
        }
        Some(kept) if kept.is_array() => event.with(TARGETS, |out| {
            array(out, elements(kept.text())?, |element, out| {
                if !element.is_object() {
                    return compact(element, 0, out);
                }
                let said = match said.next() {
                    Some(said) => Said::by_actor_or_target(&Members::parse(said.text())?),
                    None => Said::default(),
                };
                said.write(Members::parse(element.text())?, out)
            })
        }),
        other => put(event, TARGETS, other),
    }
}
