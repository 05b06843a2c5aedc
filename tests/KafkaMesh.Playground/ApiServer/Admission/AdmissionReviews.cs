using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Access;
using KafkaMesh.Playground.ApiServer.Defaults;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Admission;

/// <summary>Writes AdmissionReview requests and reads the answers (admission.k8s.io/v1).</summary>
internal static class AdmissionReviews
{
    private const string ApiVersion = "admission.k8s.io/v1";
    private const string Invalid = "received invalid webhook response: ";

    /// <summary>The review of a write, in the field order of a real server.</summary>
    public static JsonObject Request(WriteContext context, string uid, JsonObject? obj)
    {
        var kind = context.Kind;
        var identity = new JsonObject { ["group"] = kind.Group, ["version"] = kind.Version, ["kind"] = kind.Kind };
        var resource = new JsonObject { ["group"] = kind.Group, ["version"] = kind.Version, ["resource"] = kind.Plural };
        if (context.Subresource.Length > 0 && obj is not null && obj.Text("kind") is { Length: > 0 } own && own != kind.Kind)
        {
            var slash = obj.Text("apiVersion").LastIndexOf('/');
            identity = new JsonObject { ["group"] = slash < 0 ? "" : obj.Text("apiVersion")[..slash], ["version"] = obj.Text("apiVersion")[(slash + 1)..], ["kind"] = own };
        }

        var request = new JsonObject { ["uid"] = uid, ["kind"] = identity, ["resource"] = resource };
        AddText(request, "subResource", context.Subresource);
        request["requestKind"] = identity.DeepClone();
        request["requestResource"] = resource.DeepClone();
        AddText(request, "requestSubResource", context.Subresource);
        AddText(request, "name", context.IsCollection ? "" : context.Name);
        AddText(request, "namespace", kind.Namespaced || kind.Kind == "Namespace" ? NamespaceOf(context) : "");
        request["operation"] = context.Operation.ToString().ToUpperInvariant();
        request["userInfo"] = UserJson.Write(context.User);
        request["object"] = WithoutServerFields(context, obj);
        request["oldObject"] = context.Old?.DeepClone();
        request["dryRun"] = context.DryRun;
        request["options"] = context.Operation == WriteOperation.Connect ? null : context.Options.DeepClone();
        return new JsonObject { ["kind"] = "AdmissionReview", ["apiVersion"] = ApiVersion, ["request"] = request };
    }

    /// <summary>The usable part of an answer.</summary>
    /// <exception cref="WebhookCallException">The answer breaks the protocol.</exception>
    public static AdmissionAnswer Response(JsonObject review, string uid)
    {
        CheckKind(review);
        var response = review.Map("response") ?? throw new WebhookCallException($"{Invalid}webhook response was absent");
        var patch = Patch(response);
        if (response.Text("uid") != uid)
        {
            throw new WebhookCallException($"{Invalid}expected response.uid={GoText.Quote(uid)}, got {GoText.Quote(response.Text("uid"))}");
        }

        var allowed = response.Flag("allowed") ?? false;
        var type = response.Text("patchType");
        if (allowed && patch.Length > 0 && type.Length == 0)
        {
            throw new WebhookCallException($"{Invalid}webhook returned response.patch but not response.patchType");
        }

        if (allowed && type.Length > 0 && patch.Length == 0)
        {
            throw new WebhookCallException($"{Invalid}webhook returned response.patchType but not response.patch");
        }

        return new AdmissionAnswer(allowed, allowed ? Operations(patch) : null, response.Map("status"), response.Texts("warnings"));
    }

    private static void CheckKind(JsonObject review)
    {
        var (apiVersion, kind) = (review.Text("apiVersion"), review.Text("kind"));
        if (apiVersion.Length == 0 && kind.Length == 0)
        {
            throw new WebhookCallException($"{Invalid}expected webhook response of {ApiVersion}, Kind=AdmissionReview, got /, Kind=");
        }

        if (apiVersion != ApiVersion)
        {
            throw new WebhookCallException($"failed to call webhook: converting ({apiVersion[(apiVersion.LastIndexOf('/') + 1)..]}.{kind}) to (v1.AdmissionReview): unknown conversion");
        }

        if (kind != "AdmissionReview")
        {
            throw new WebhookCallException($"failed to call webhook: no kind {GoText.Quote(kind)} is registered for version {GoText.Quote(apiVersion)} in scheme \"pkg/runtime/scheme.go:111\"");
        }
    }

    private static byte[] Patch(JsonObject response)
    {
        var text = response.Text("patch");
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException e)
        {
            throw new WebhookCallException($"failed to call webhook: illegal base64 data at input byte {FirstBad(text)}", e);
        }
    }

    private static JsonArray? Operations(byte[] patch)
    {
        const string undecodable = "received undecodable patch in webhook response: ";
        if (patch.Length == 0)
        {
            return null;
        }

        if (GoJsonSyntax.Describe(patch) is { } error)
        {
            throw new WebhookCallException(undecodable + error);
        }

        try
        {
            var node = JsonNode.Parse(patch);
            return node as JsonArray
                ?? throw new WebhookCallException($"{undecodable}json: cannot unmarshal {GoText.JsonKind(node)} into Go value of type jsonpatch.Patch");
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new WebhookCallException(undecodable + e.Message, e);
        }
    }

    private static int FirstBad(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(text[i]) && text[i] is not ('+' or '/' or '='))
            {
                return i;
            }
        }

        return text.Length;
    }

    private static string NamespaceOf(WriteContext context) => context.Kind.Kind == "Namespace" && context.Kind.Group.Length == 0 ? context.Name : context.Namespace;

    // A new object gets its generation only after admission.
    private static JsonNode? WithoutServerFields(WriteContext context, JsonObject? obj)
    {
        var copy = obj?.DeepClone() as JsonObject;
        if (context.Operation == WriteOperation.Create)
        {
            copy.Map("metadata")?.Remove("generation");
        }

        return copy;
    }

    private static void AddText(JsonObject request, string name, string value)
    {
        if (value.Length > 0)
        {
            request[name] = value;
        }
    }
}
