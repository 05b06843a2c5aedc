using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Access;
using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.ApiServer.Patching;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Admission;

/// <summary>
/// Calls the webhooks of all MutatingWebhookConfigurations in order, applies their patches, runs the built-in plug-ins again and calls
/// webhooks with reinvocationPolicy IfNeeded a second time when something changed after their call.
/// </summary>
internal sealed class MutatingWebhooks(ClusterState state, WebhookClient client, IReadOnlyList<IAdmission> builtIn, Action<WriteContext, JsonObject> complete) : IAdmission
{
    private const string Storage = "mutatingwebhookconfigurations.admissionregistration.k8s.io";
    private readonly WebhookMatcher _matcher = new(state);

    /// <inheritdoc/>
    public async ValueTask<JsonObject?> AdmitAsync(WriteContext context, JsonObject? obj)
    {
        if (context.Kind.Group == "admissionregistration.k8s.io")
        {
            return obj;
        }

        var webhooks = state.List(Storage).SelectMany(config => config.Items("webhooks")).ToList();
        var called = new List<JsonObject>();
        var again = new HashSet<JsonObject>(ReferenceEqualityComparer.Instance);
        var isChanged = false;
        var current = obj;
        foreach (var webhook in webhooks.Where(w => _matcher.Matches(w, context, current)))
        {
            var (result, patched) = await CallAsync(webhook, context, current);
            current = result;
            if (patched)
            {
                isChanged = true;
                again.UnionWith(called);
            }

            called.Add(webhook);
        }

        if (!isChanged)
        {
            return current;
        }

        var before = current?.DeepClone();
        foreach (var plugin in builtIn)
        {
            current = await plugin.AdmitAsync(context, current) ?? current;
        }

        if (!JsonNode.DeepEquals(before, current))
        {
            again.UnionWith(called);
        }

        foreach (var webhook in called.Where(w => again.Contains(w) && w.Text("reinvocationPolicy") == "IfNeeded" && _matcher.Matches(w, context, current)))
        {
            (current, _) = await CallAsync(webhook, context, current);
        }

        return current;
    }

    private async Task<(JsonObject? Object, bool IsPatched)> CallAsync(JsonObject webhook, WriteContext context, JsonObject? obj)
    {
        var name = webhook.Text("name");
        AdmissionAnswer answer;
        try
        {
            var uid = Guid.NewGuid().ToString();
            answer = AdmissionReviews.Response(await client.PostAsync(webhook, AdmissionReviews.Request(context, uid, obj), context.Cancel), uid);
        }
        catch (WebhookCallException) when (webhook.Text("failurePolicy") == "Ignore")
        {
            return (obj, false);
        }
        catch (WebhookCallException e)
        {
            throw InternalError($"failed calling webhook \"{name}\": {e.Message}");
        }

        AddWarnings(context, answer.Warnings);
        if (!answer.Allowed)
        {
            throw WebhookDenial.For(name, answer.Status);
        }

        return answer.Patch is null || obj is null ? (obj, false) : Patch(context, obj, answer.Patch);
    }

    // A patch that does not apply is no failure to call: failurePolicy Ignore does not cover it (admission-responses:196).
    private (JsonObject Object, bool IsPatched) Patch(WriteContext context, JsonObject obj, JsonArray operations)
    {
        try
        {
            var patched = JsonPatch.Apply(obj, operations);
            if (JsonNumber.DeepEquals(obj, patched))
            {
                return (obj, false);
            }

            complete(context, patched);
            return (patched, true);
        }
        catch (Exception e) when (e is JsonPatchException or GoDecodingException)
        {
            throw InternalError(e.Message);
        }
    }

    // Empty, repeated and multi-line warnings vanish (admission-responses:12).
    private static void AddWarnings(WriteContext context, IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
        {
            if (warning.Length > 0 && !warning.Any(char.IsControl) && !context.Warnings.Contains(warning))
            {
                context.Warnings.Add(warning);
            }
        }
    }

    private static ApiException InternalError(string message)
        => new(500, "InternalError", $"Internal error occurred: {message}", new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = message }) });
}
