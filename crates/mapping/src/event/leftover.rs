//! `debugContext.debugData.legacyEvent`: whatever the rest of the LogEvent does not say.
//!
//! It has the shape of the legacy event and holds what has no place elsewhere. Its `actors`
//! and `targets` stand there only where `actor`, `client` and `target` do not say all of
//! them; then every element has an entry, so that order and number are kept. An entry of an
//! actor or client keeps its `objectType`, by which [`super::restore`] finds the two again.

use crate::json::{JsonError, Raw, compact};

use super::legacy::{
    ACTION, ACTORS, Action, EVENT_ID, Element, LegacyEvent, MESSAGE, PUBLISHED, Parties,
    REQUEST_ID, REQUEST_URI, SESSION_ID, TARGETS,
};
use super::party::{DISPLAY_NAME, ID, IP_ADDRESS, LOGIN, OBJECT_TYPE, Party, Unknown, string};
use super::write::{ObjectWriter, array};

/// Levels open around a member of `legacyEvent`: the LogEvent, debugContext, debugData and
/// legacyEvent itself.
const DEPTH: usize = 4;

/// What the writer of a LogEvent knows of the event beyond its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    /// `published` is spelled otherwise in the LogEvent.
    pub(super) published_normalised: bool,
    /// The browser comes from the user agent, not from the Client's displayName.
    pub(super) browser_derived: bool,
}

/// Which place of the LogEvent says a part of a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Actor,
    Client {
        browser_derived: bool,
    },
    Target,
    /// None: the party is kept whole.
    Further,
}

/// Appends the value of `legacyEvent`.
///
/// # Errors
/// [`JsonError`] of a nested value, with offsets from the start of `record`.
pub(super) fn write(
    event: &LegacyEvent<'_>,
    record: &str,
    placed: Placed,
    out: &mut Vec<u8>,
) -> Result<(), JsonError> {
    let mut object = ObjectWriter::open(out, false);
    let mut keep = Keeper {
        object: &mut object,
        record,
        depth: DEPTH,
    };
    keep.value(EVENT_ID, event.event_id)?;
    keep.unless_string(SESSION_ID, event.session_id)?;
    keep.unless_string(REQUEST_ID, event.request_id)?;
    if placed.published_normalised {
        keep.value(PUBLISHED, event.published)?;
    }
    keep.action(&event.action)?;
    if let Some(actors) = &event.actors
        && !says_all_actors(actors, placed.browser_derived)
    {
        let (mut actor, mut client) = (true, true);
        keep.parties(ACTORS, actors, |party| {
            if party.is_client() && std::mem::take(&mut client) {
                Role::Client {
                    browser_derived: placed.browser_derived,
                }
            } else if !party.is_client() && std::mem::take(&mut actor) {
                Role::Actor
            } else {
                Role::Further
            }
        })?;
    }
    if let Some(targets) = &event.targets
        && !says_all_targets(targets)
    {
        keep.parties(TARGETS, targets, |_| Role::Target)?;
    }
    keep.unknown(&event.unknown)?;
    object.close();
    Ok(())
}

/// Whether `actor` and `client` of the LogEvent tell what `actors` was.
fn says_all_actors(actors: &Parties<'_>, browser_derived: bool) -> bool {
    let Parties::List(elements) = actors else {
        return false;
    };
    match elements.as_slice() {
        [Element::Party(actor)] => actor.is_plain_actor(),
        [Element::Party(actor), Element::Party(client)] => {
            actor.is_plain_actor() && client.is_plain_client(browser_derived)
        }
        _ => false,
    }
}

/// Whether `target` of the LogEvent tells what `targets` was.
pub(super) fn says_all_targets(targets: &Parties<'_>) -> bool {
    let Parties::List(elements) = targets else {
        return false;
    };
    !elements.is_empty()
        && elements.iter().all(|element| match element {
            Element::Party(target) => target.is_plain_target(),
            Element::Other(_) => false,
        })
}

/// Writes members of one level of `legacyEvent`.
struct Keeper<'k, 'o> {
    object: &'k mut ObjectWriter<'o>,
    record: &'k str,
    depth: usize,
}

impl Keeper<'_, '_> {
    fn value(&mut self, name: &'static str, value: Option<Raw<'_>>) -> Result<(), JsonError> {
        let Some(value) = value else { return Ok(()) };
        let (record, depth) = (self.record, self.depth);
        self.object
            .with(name, |out| keep(value, record, depth, out))
    }

    fn unless_string(
        &mut self,
        name: &'static str,
        value: Option<Raw<'_>>,
    ) -> Result<(), JsonError> {
        self.value(name, value.filter(|value| !value.is_string()))
    }

    fn unknown(&mut self, unknown: &Unknown<'_>) -> Result<(), JsonError> {
        let (record, depth) = (self.record, self.depth);
        unknown.iter().try_for_each(|(name, value)| {
            self.object
                .with_any(name, |out| keep(*value, record, depth, out))
        })
    }

    fn action(&mut self, action: &Action<'_>) -> Result<(), JsonError> {
        let strings_only = [action.message, action.request_uri]
            .into_iter()
            .all(|value| value.is_none() || string(value).is_some());
        if strings_only && action.unknown.is_empty() {
            return Ok(());
        }
        let (record, depth) = (self.record, self.depth.saturating_add(1));
        self.object.object(ACTION, |object| {
            let mut keep = Keeper {
                object,
                record,
                depth,
            };
            keep.unless_string(MESSAGE, action.message)?;
            keep.unless_string(REQUEST_URI, action.request_uri)?;
            keep.unknown(&action.unknown)
        })
    }

    fn parties(
        &mut self,
        name: &'static str,
        parties: &Parties<'_>,
        mut role: impl FnMut(&Party<'_>) -> Role,
    ) -> Result<(), JsonError> {
        let (record, depth) = (self.record, self.depth);
        let elements = match parties {
            Parties::Other(value) => return self.value(name, Some(*value)),
            Parties::List(elements) => elements,
        };
        self.object.with(name, |out| {
            array(out, elements, |element, out| match element {
                Element::Other(value) => keep(*value, record, depth.saturating_add(1), out),
                Element::Party(party) => {
                    let mut object = ObjectWriter::open(out, false);
                    Keeper {
                        object: &mut object,
                        record,
                        depth: depth.saturating_add(2),
                    }
                    .party(party, role(party))?;
                    object.close();
                    Ok(())
                }
            })
        })
    }

    fn party(&mut self, party: &Party<'_>, role: Role) -> Result<(), JsonError> {
        match role {
            Role::Further => {
                self.value(ID, party.id)?;
                self.value(OBJECT_TYPE, party.object_type)?;
                self.value(DISPLAY_NAME, party.display_name)?;
                self.value(LOGIN, party.login)?;
                self.value(IP_ADDRESS, party.ip_address)?;
            }
            Role::Actor => {
                if party.has_empty_id() {
                    self.value(ID, party.id)?;
                } else {
                    self.unless_string(ID, party.id)?;
                }
                self.value(OBJECT_TYPE, party.object_type)?;
                self.unless_string(DISPLAY_NAME, party.display_name)?;
                self.unless_string(LOGIN, party.login)?;
                self.value(IP_ADDRESS, party.ip_address)?;
            }
            Role::Client { browser_derived } => {
                // The two go together: where one is kept, restoring reads neither off userAgent.
                let odd = browser_derived
                    || [party.id, party.display_name]
                        .into_iter()
                        .any(|value| value.is_some_and(|value| !value.is_string()));
                if odd {
                    self.value(ID, party.id)?;
                }
                self.value(OBJECT_TYPE, party.object_type)?;
                if odd {
                    self.value(DISPLAY_NAME, party.display_name)?;
                }
                self.value(LOGIN, party.login)?;
                if party.address().is_none() {
                    self.value(IP_ADDRESS, party.ip_address)?;
                }
            }
            Role::Target => {
                self.unless_string(ID, party.id)?;
                self.unless_string(OBJECT_TYPE, party.object_type)?;
                self.unless_string(DISPLAY_NAME, party.display_name)?;
                self.unless_string(LOGIN, party.login)?;
                self.value(IP_ADDRESS, party.ip_address)?;
            }
        }
        self.unknown(&party.unknown)
    }
}

fn keep(value: Raw<'_>, record: &str, depth: usize, out: &mut Vec<u8>) -> Result<(), JsonError> {
    compact(value, depth, out).map_err(|error| error.shifted(value.offset_in(record)))
}
