using System.Globalization;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using Serilog;

namespace KafkaMesh.Playground.Node;

/// <summary>Writes Events about objects; the same event again raises its count, as client-go's recorder does it.</summary>
internal sealed class EventRecorder(IClusterClient client, string component, TimeProvider time)
{
    private const int MaximumMessage = 1024;

    /// <summary>Records an event; a failure to write it is logged and harms nothing.</summary>
    /// <param name="about">The object.</param>
    /// <param name="type">Normal or Warning.</param>
    /// <param name="reason">CamelCase, as in <c>Started</c>.</param>
    /// <param name="message">One sentence.</param>
    /// <param name="fieldPath">The part of the object, as in <c>spec.containers{app}</c>, or null.</param>
    public async Task RecordAsync(JsonObject about, string type, string reason, string message, string? fieldPath = null)
    {
        if (message.Length > MaximumMessage) message = message[..MaximumMessage];
        var now = JsonAccess.Stamp(time.GetUtcNow());
        try
        {
            if (await TryRaiseCountAsync(about, reason, message, fieldPath, now)) return;
            await client.CreateAsync(Describe(about, type, reason, message, fieldPath, now), CancellationToken.None);
        }
        catch (ApiException e)
        {
            Log.Debug("Event {Reason} about {Name} was not written: {Error}", reason, about.Name(), e.Message);
        }
    }

    private async Task<bool> TryRaiseCountAsync(JsonObject about, string reason, string message, string? fieldPath, string now)
    {
        var known = client.List("v1", "Event", about.Namespace()).FirstOrDefault(e =>
            e.Text("involvedObject", "uid") == about.Uid() && e.Text("reason") == reason && e.Text("message") == message && e.Text("involvedObject", "fieldPath") == fieldPath);
        if (known is null) return false;
        await client.ModifyAsync("v1", "Event", known.Namespace(), known.Name(), "", e =>
        {
            e["count"] = (e.Number("count") ?? 1) + 1;
            e["lastTimestamp"] = now;
            return true;
        }, CancellationToken.None);
        return true;
    }

    private JsonObject Describe(JsonObject about, string type, string reason, string message, string? fieldPath, string now)
    {
        var reference = new JsonObject
        {
            ["kind"] = about.Text("kind"),
            ["namespace"] = about.Namespace(),
            ["name"] = about.Name(),
            ["uid"] = about.Uid(),
            ["apiVersion"] = about.Text("apiVersion"),
            ["resourceVersion"] = about.Text("metadata", "resourceVersion"),
        };
        if (fieldPath is not null) reference["fieldPath"] = fieldPath;
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject
            {
                ["name"] = string.Create(CultureInfo.InvariantCulture, $"{about.Name()}.{time.GetUtcNow().UtcTicks:x}{Random.Shared.Next(0x1000):x3}"),
                ["namespace"] = about.Namespace() is { Length: > 0 } ns ? ns : "default",
            },
            ["involvedObject"] = reference,
            ["reason"] = reason,
            ["message"] = message,
            ["source"] = new JsonObject { ["component"] = component },
            ["firstTimestamp"] = now,
            ["lastTimestamp"] = now,
            ["count"] = 1,
            ["type"] = type,
            ["reportingComponent"] = component,
            ["reportingInstance"] = "",
        };
    }
}
