using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Operator.Tests.Webhook;

/// <summary>An API server that finds webhook registrations invalid (422) when a test says so.</summary>
internal sealed class RegistrationRefusal : IValidator
{
    /// <summary>Whether a registration is refused.</summary>
    public Func<JsonObject, bool> Refuses { get; set; } = _ => false;

    /// <summary>The parts of an API server, with this validator.</summary>
    public ApiServerPolicy Around(ApiServerPolicy policy) => policy with { Stages = policy.Stages with { Validators = [.. policy.Stages.Validators, this] } };

    /// <inheritdoc/>
    public void Validate(WriteContext context, JsonObject? old, JsonObject obj, List<StatusCause> causes)
    {
        if (context.Kind.Plural == "mutatingwebhookconfigurations" && obj["webhooks"] is JsonArray { Count: > 0 } && Refuses(obj))
            causes.Add(FieldError.Forbidden("webhooks", "a test says so").ToStatusCause());
    }
}
