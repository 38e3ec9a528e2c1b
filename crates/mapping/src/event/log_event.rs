//! A LogEvent, written in the shape and order that the System Log API returns.

use std::net::IpAddr;

use uuid::Uuid;

use crate::json::{JsonError, Raw};
use crate::tables::{OutcomeResult, Severity, UserAgent};

use super::leftover::{self, Placed};
use super::legacy::{LegacyEvent, REQUEST_URI};
use super::party::{Party, string};
use super::published::Published;
use super::template::{TypeText, members};
use super::write::{ObjectWriter, array};

/// What the tables and the event together say; the rest is in the event itself.
#[derive(Debug)]
pub(super) struct Derived<'d> {
    pub(super) uuid: Uuid,
    pub(super) published: Published,
    pub(super) event_type: EventTypeName<'d>,
    pub(super) outcome_result: Option<OutcomeResult>,
    pub(super) outcome_reason: Option<Reason<'d>>,
    pub(super) severity: Option<Severity>,
    pub(super) user_agent: Option<UserAgent<'d>>,
}

/// `eventType`: of the table, or the legacy type unchanged.
#[derive(Debug)]
pub(super) enum EventTypeName<'d> {
    Successor(&'d str),
    Unchanged,
}

/// `outcome.reason`.
#[derive(Debug)]
pub(super) enum Reason<'d> {
    Key(&'d str),
    /// The message itself.
    Message,
}

/// Appends the LogEvent of `event`, which was read from `record`.
///
/// # Errors
/// [`JsonError`] of a nested unknown attribute; `out` then holds a part.
pub(super) fn write(
    event: &LegacyEvent<'_>,
    record: &str,
    derived: &Derived<'_>,
    omit_nulls: bool,
    out: &mut Vec<u8>,
) -> Result<(), JsonError> {
    let client = event.client();
    let browser = Browser::of(client, derived.user_agent);
    let mut log_event = ObjectWriter::open(out, omit_nulls);
    write_actor(event, &mut log_event);
    write_client(client, browser, derived.user_agent, &mut log_event);
    log_event.null("device");
    log_event.object("authenticationContext", |context| {
        for unknown in [
            "authenticationProvider",
            "credentialProvider",
            "credentialType",
            "issuer",
            "interface",
        ] {
            context.null(unknown);
        }
        context.json("authenticationStep", "0");
        context.raw("externalSessionId", string(event.session_id));
    });
    let message = string(event.action.message);
    log_event.raw("displayMessage", message);
    write_event_type(derived, event.action.object_type, &mut log_event);
    write_outcome(derived, message, &mut log_event);
    match &derived.published {
        Published::AsItStands => log_event.raw("published", event.published),
        Published::Normalised(spelled) => log_event.string("published", Some(spelled)),
    }
    write_security_context(&mut log_event);
    log_event.string("severity", derived.severity.map(Severity::as_str));
    log_event.object("debugContext", |context| {
        context.object("debugData", |data| {
            if let Some(request_uri) = string(event.action.request_uri) {
                data.raw(REQUEST_URI, Some(request_uri));
            }
            let placed = Placed {
                published_normalised: matches!(derived.published, Published::Normalised(_)),
                browser_derived: matches!(browser, Browser::Derived(_)),
            };
            data.with("legacyEvent", |out| {
                leftover::write(event, record, placed, out)
            })
        })
    })?;
    log_event.raw("legacyEventType", Some(event.action.object_type));
    write_transaction(event, &mut log_event);
    log_event.string(
        "uuid",
        Some(
            derived
                .uuid
                .hyphenated()
                .encode_lower(&mut Uuid::encode_buffer()),
        ),
    );
    log_event.string("version", Some("0"));
    write_request(client, &mut log_event);
    write_targets(event, &mut log_event);
    log_event.close();
    Ok(())
}

fn write_event_type(derived: &Derived<'_>, object_type: Raw<'_>, log_event: &mut ObjectWriter<'_>) {
    match derived.event_type {
        EventTypeName::Successor(event_type) => log_event.string("eventType", Some(event_type)),
        EventTypeName::Unchanged => log_event.raw("eventType", Some(object_type)),
    }
}

fn write_security_context(log_event: &mut ObjectWriter<'_>) {
    log_event.object("securityContext", |context| {
        for unknown in ["asNumber", "asOrg", "isp", "domain", "isProxy"] {
            context.null(unknown);
        }
    });
}

/// Makes the text that all events share that `derived`, `object_type` and `message` are of.
pub(super) fn type_text(
    object_type: Raw<'_>,
    message: Option<Raw<'_>>,
    derived: &Derived<'_>,
) -> TypeText {
    let mut text = TypeText::default();
    members(&mut text.outcome, |log_event| {
        write_event_type(derived, object_type, log_event);
        write_outcome(derived, string(message), log_event);
    });
    text.outcome.extend_from_slice(b",\"published\":");
    members(&mut text.severity, |log_event| {
        write_security_context(log_event);
        log_event.string("severity", derived.severity.map(Severity::as_str));
    });
    text.severity
        .extend_from_slice(b",\"debugContext\":{\"debugData\":{");
    text
}

fn write_actor(event: &LegacyEvent<'_>, log_event: &mut ObjectWriter<'_>) {
    // With a Client only, the actor is the first target (facts: Okta's page for integrators).
    let actor = event.actor().or_else(|| {
        event.client()?;
        event.targets.as_ref()?.parties().next()
    });
    let Some(actor) = actor else {
        return log_event.null("actor");
    };
    log_event.object("actor", |object| {
        if actor.has_empty_id() {
            object.string("id", Some("unknown"));
        } else {
            object.raw("id", string(actor.id));
        }
        write_type_and_names(actor, actor.actor_type(), object);
    });
}

/// The members that actors and targets have in common, all but `id`.
fn write_type_and_names(
    party: &Party<'_>,
    party_type: Option<Raw<'_>>,
    object: &mut ObjectWriter<'_>,
) {
    object.raw("type", party_type);
    object.raw("alternateId", string(party.login));
    object.raw("displayName", string(party.display_name));
    object.null("detailEntry");
}

/// Where `client.userAgent.browser` comes from.
#[derive(Debug, Clone, Copy)]
enum Browser<'b> {
    /// The Client's displayName, if it has one.
    DisplayName(Option<Raw<'b>>),
    /// The table, since the Client has a user agent and no displayName.
    Derived(&'b str),
}

impl<'b> Browser<'b> {
    fn of(client: Option<&Party<'b>>, user_agent: Option<UserAgent<'b>>) -> Self {
        let display_name = client.and_then(|client| client.display_name);
        match user_agent.and_then(|user_agent| user_agent.browser) {
            Some(browser) if display_name.is_none() => Self::Derived(browser),
            _ => Self::DisplayName(string(display_name)),
        }
    }
}

fn write_client(
    client: Option<&Party<'_>>,
    browser: Browser<'_>,
    user_agent: Option<UserAgent<'_>>,
    log_event: &mut ObjectWriter<'_>,
) {
    let raw_user_agent = client.and_then(|client| string(client.id));
    let nothing = raw_user_agent.is_none() && matches!(browser, Browser::DisplayName(None));
    log_event.object("client", |object| {
        if nothing {
            object.null("userAgent");
        } else {
            object.object("userAgent", |object| {
                object.raw("rawUserAgent", raw_user_agent);
                object.string("os", user_agent.and_then(|user_agent| user_agent.os));
                match browser {
                    Browser::DisplayName(name) => object.raw("browser", name),
                    Browser::Derived(name) => object.string("browser", Some(name)),
                }
            });
        }
        object.null("zone");
        object.string(
            "device",
            user_agent.and_then(|user_agent| user_agent.device),
        );
        object.null("id");
        object.raw(
            "ipAddress",
            client.and_then(Party::address).map(|(raw, _)| raw),
        );
        object.null("geographicalContext");
    });
}

fn write_outcome(
    derived: &Derived<'_>,
    message: Option<Raw<'_>>,
    log_event: &mut ObjectWriter<'_>,
) {
    if derived.outcome_result.is_none() && derived.outcome_reason.is_none() {
        return log_event.null("outcome");
    }
    log_event.object("outcome", |outcome| {
        outcome.string("result", derived.outcome_result.map(OutcomeResult::as_str));
        match derived.outcome_reason {
            Some(Reason::Key(key)) => outcome.string("reason", Some(key)),
            Some(Reason::Message) => outcome.raw("reason", message),
            None => outcome.null("reason"),
        }
    });
}

fn write_transaction(event: &LegacyEvent<'_>, log_event: &mut ObjectWriter<'_>) {
    let id = string(event.request_id);
    let request_uri = string(event.action.request_uri);
    let transaction_type = match request_uri.and_then(Raw::decode) {
        Some(uri) if uri == "Background" => Some("JOB"),
        // An event that names no request may have had none.
        None if id.is_none() => None,
        _ => Some("WEB"),
    };
    log_event.object("transaction", |transaction| {
        transaction.string("type", transaction_type);
        transaction.raw("id", id);
        transaction.object("detail", |_| {});
    });
}

fn write_request(client: Option<&Party<'_>>, log_event: &mut ObjectWriter<'_>) {
    let address = client.and_then(Party::address);
    let omit_nulls = log_event.omits_nulls();
    log_event.object("request", |request| {
        request.with("ipChain", |out| {
            let written: Result<(), std::convert::Infallible> =
                array(out, address, |(raw, address), out| {
                    let mut entry = ObjectWriter::open(out, omit_nulls);
                    entry.raw("ip", Some(raw));
                    entry.null("geographicalContext");
                    let version = match address {
                        IpAddr::V4(_) => "V4",
                        IpAddr::V6(_) => "V6",
                    };
                    entry.string("version", Some(version));
                    entry.null("source");
                    entry.close();
                    Ok(())
                });
            let Ok(()) = written;
        });
    });
}

fn write_targets(event: &LegacyEvent<'_>, log_event: &mut ObjectWriter<'_>) {
    let mut targets = event
        .targets
        .iter()
        .flat_map(|targets| targets.parties())
        .peekable();
    if targets.peek().is_none() {
        return log_event.null("target");
    }
    let omit_nulls = log_event.omits_nulls();
    log_event.with("target", |out| {
        let written: Result<(), std::convert::Infallible> = array(out, targets, |target, out| {
            let mut object = ObjectWriter::open(out, omit_nulls);
            object.raw("id", string(target.id));
            write_type_and_names(target, string(target.object_type), &mut object);
            object.close();
            Ok(())
        });
        let Ok(()) = written;
    });
}
