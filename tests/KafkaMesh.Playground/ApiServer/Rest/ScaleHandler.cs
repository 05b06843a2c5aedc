using System.Text.Json;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Schema;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>The scale subresource of deployments and replica sets (Scale of autoscaling/v1): a view of replicas and selector.</summary>
internal sealed class ScaleHandler(ObjectReader reader, ObjectWriter writer, WriteStages stages)
{
    /// <summary>GET, PUT and PATCH.</summary>
    public async Task HandleAsync(HttpContext http, RequestInfo info, ResourceKind kind, UserInfo user)
    {
        ContentNegotiation.Choose(http, kind, collection: false);
        var parent = await reader.GetAsync(kind, info.Namespace, info.Name, "", http.RequestAborted);
        if (info.Verb == "get")
        {
            await ResponseWriter.WriteAsync(http, 200, ScaleOf(parent));
            return;
        }

        if (info.Verb is not ("update" or "patch"))
        {
            throw ApiErrors.MethodNotAllowed();
        }

        var options = WriteOptions.Parse(http.Request, info.Verb == "patch" ? "PatchOptions" : "UpdateOptions");
        var context = new WriteContext
        {
            Kind = kind,
            Operation = WriteOperation.Update,
            User = user,
            FieldManager = options.FieldManager,
            FieldValidation = options.FieldValidation,
            Namespace = info.Namespace,
            Name = info.Name,
            DryRun = options.DryRun,
            Options = options.ToObject("UpdateOptions"),
            Cancel = http.RequestAborted,
        };
        var scale = info.Verb == "patch" ? await PatchedAsync(http, context, parent) : await DecodedAsync(http, kind);
        var result = await writer.UpdateAsync(context, Rescaled(kind, parent, scale), []);
        await ResponseWriter.WriteAsync(http, 200, ScaleOf(result.Object));
    }

    private async Task<JsonObject> PatchedAsync(HttpContext http, WriteContext context, JsonObject parent)
    {
        var type = (http.Request.ContentType ?? "").Split(';')[0].Trim();
        var patcher = stages.Patchers.FirstOrDefault(p => p.MediaType == type && p.Supports(context.Kind))
            ?? throw new ApiException(415, "UnsupportedMediaType", "415: Unsupported Media Type", []);
        return patcher.Apply(context, ScaleOf(parent), await RequestBody.ReadAsync(http));
    }

    private static async Task<JsonObject> DecodedAsync(HttpContext http, ResourceKind kind)
    {
        var scaleKind = kind with { Group = "autoscaling", Version = "v1", Kind = "Scale" };
        return RequestBody.DecodeObject(http, scaleKind, await RequestBody.ReadAsync(http), []);
    }

    private static JsonObject Rescaled(ResourceKind kind, JsonObject parent, JsonObject scale)
    {
        var replicas = JsonNumber.ReadInteger(scale["spec"]?["replicas"]) ?? 0;
        if (replicas < 0)
        {
            throw ApiErrors.Invalid(
                "autoscaling", "Scale", "Scale.autoscaling", ObjectMetadata.Text(parent, "name"),
                [new StatusCause("FieldValueInvalid", $"Invalid value: {replicas}: must be greater than or equal to 0", "spec.replicas")]);
        }

        var wanted = ObjectMetadata.Text(scale, "resourceVersion");
        if (wanted.Length > 0 && wanted != ObjectMetadata.Text(parent, "resourceVersion"))
        {
            throw ApiErrors.Conflict(kind, ObjectMetadata.Text(parent, "name"));
        }

        var changed = (JsonObject)parent.DeepClone();
        changed["spec"]!["replicas"] = replicas;
        return changed;
    }

    private static JsonObject ScaleOf(JsonObject parent)
    {
        var metadata = new JsonObject();
        foreach (var field in new[] { "name", "namespace", "uid", "resourceVersion", "creationTimestamp" })
        {
            ObjectMetadata.CopyOrRemove(metadata, ObjectMetadata.Of(parent), field);
        }

        var replicas = JsonNumber.ReadInteger(parent["spec"]?["replicas"]) ?? 1;
        return new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = replicas == 0 ? new JsonObject() : new JsonObject { ["replicas"] = replicas },
            ["status"] = new JsonObject
            {
                ["replicas"] = parent["status"]?["replicas"]?.DeepClone() ?? 0,
                ["selector"] = Tables.WorkloadTables.SelectorText(parent["spec"]?["selector"] as JsonObject),
            },
        };
    }
}
