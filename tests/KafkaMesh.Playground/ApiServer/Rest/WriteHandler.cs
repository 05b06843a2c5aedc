using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Kinds;
using KafkaMesh.Playground.ApiServer.Patching;
using KafkaMesh.Playground.ApiServer.Pods;
using KafkaMesh.Playground.ApiServer.Schema;
using KafkaMesh.Playground.ApiServer.Storage;
using Microsoft.AspNetCore.Http;

namespace KafkaMesh.Playground.ApiServer.Rest;

/// <summary>Answers create, update, patch, delete and deletecollection.</summary>
internal sealed class WriteHandler(ObjectWriter writer, ObjectRemover remover, ObjectReader reader, ReadHandler answers, WriteStages stages)
{
    private const string ApplyType = "application/apply-patch+yaml";

    // What a real server answers with the deleted object instead of a Status (ReturnDeletedObject of its registries).
    private static readonly string[] AnswersObject = ["pods", "namespaces", "services", "serviceaccounts", "resourcequotas"];

    /// <summary>POST on a collection, an object URL or a subresource.</summary>
    public async Task CreateAsync(HttpContext http, RequestInfo info, ResourceKind kind, UserInfo user)
    {
        var form = ContentNegotiation.Choose(http, kind, collection: false);
        var options = WriteOptions.Parse(http.Request, "CreateOptions");
        var expected = info.Subresource.Length == 0 ? kind : SubresourceKindOf(kind, info.Subresource);
        var duplicates = new List<string>();
        var obj = RequestBody.DecodeObject(http, expected, await RequestBody.ReadAsync(http), duplicates);
        var name = info.Subresource.Length > 0 ? info.Name : ObjectMetadata.Text(obj, "name");
        var context = NewContext(http, info, kind, user, WriteOperation.Create, options, name, options.ToObject("CreateOptions"), null);
        var virtualResource = stages.Virtuals.FirstOrDefault(v => v.Serves(kind, info.Subresource));
        if (virtualResource is not null)
        {
            // A review and a token request are not stored, and still show who sent which fields.
            stages.ServerSideApply?.Track(NewContext(http, info, expected, user, WriteOperation.Create, options, name, [], null), null, obj);
            if (SchemaCatalog.Shared.For(expected).Properties.TryGetValue("status", out var status))
            {
                // Admission sees the status that the answer will fill.
                obj["status"] = ZeroObject.Of(status);
            }

            var answer = await virtualResource.CreateAsync(context, await AdmitAsync(http, context, obj));
            await answers.WriteObjectAsync(http, 201, expected, answer, form);
            return;
        }

        if (!kind.IsStored || info.Subresource.Length > 0)
        {
            throw ApiErrors.NoSuchResource();
        }

        WriteResult result;
        try
        {
            result = await writer.CreateAsync(context, obj, duplicates);
        }
        finally
        {
            // A refused write carries its warnings too.
            ResponseWriter.AddWarnings(http, context.Warnings);
        }

        await answers.WriteObjectAsync(http, 201, kind, result.Object, form);
    }

    /// <summary>POST of a Binding to a pod.</summary>
    public async Task BindAsync(HttpContext http, RequestInfo info, ResourceKind kind, UserInfo user, PodBinding bindings)
    {
        var options = WriteOptions.Parse(http.Request, "CreateOptions");
        var expected = SubresourceKindOf(kind, info.Subresource);
        var binding = RequestBody.DecodeObject(http, expected, await RequestBody.ReadAsync(http), []);
        ObjectMetadata.Of(binding)["namespace"] ??= info.Namespace;
        stages.ServerSideApply?.Track(NewContext(http, info, expected, user, WriteOperation.Create, options, info.Name, [], null), null, binding);
        var context = NewContext(http, info, kind, user, WriteOperation.Create, options, info.Name, options.ToObject("CreateOptions"), null);
        bindings.Bind(kind, info.Namespace, info.Name, await AdmitAsync(http, context, binding), options.DryRun);
        await ResponseWriter.WriteAsync(
            http, 201,
            new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 });
    }

    /// <summary>POST of an Eviction: deletes the pod if its disruption budget has one left.</summary>
    public async Task EvictAsync(HttpContext http, RequestInfo info, ResourceKind kind, UserInfo user, DisruptionBudgets budgets)
    {
        var options = WriteOptions.Parse(http.Request, "CreateOptions");
        var eviction = RequestBody.DecodeObject(http, SubresourceKindOf(kind, info.Subresource), await RequestBody.ReadAsync(http), []);
        ObjectMetadata.Of(eviction)["namespace"] ??= info.Namespace;
        var context = NewContext(http, info, kind, user, WriteOperation.Create, options, info.Name, options.ToObject("CreateOptions"), null);
        eviction = await AdmitAsync(http, context, eviction);
        var (request, dryRun, deleteOptions) = DeleteOptionsParser.Parse(http.Request.Query, eviction["deleteOptions"] as JsonObject);
        options = options with { DryRun = options.DryRun || dryRun };
        budgets.Take(await reader.GetAsync(kind, info.Namespace, info.Name, "", http.RequestAborted), options.DryRun);
        await remover.DeleteAsync(NewContext(http, info with { Subresource = "" }, kind, user, WriteOperation.Delete, options, info.Name, deleteOptions, null), request);
        await ResponseWriter.WriteAsync(
            http, 201,
            new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = 201 });
    }

    /// <summary>Asks admission about a connection to a pod or service: exec and proxy.</summary>
    public Task ConnectAsync(HttpContext http, RequestInfo info, ResourceKind kind, UserInfo user)
    {
        var context = NewContext(
            http, info, kind, user, WriteOperation.Connect, WriteOptions.Parse(http.Request, "CreateOptions") with { DryRun = false }, info.Name, [], null);
        return AdmitAsync(http, context, ConnectOptions.Of(SubresourceKindOf(kind, info.Subresource), info, http.Request.Query));
    }

    /// <summary>PUT.</summary>
    public async Task UpdateAsync(HttpContext http, RequestInfo info, ResourceKind kind, UserInfo user)
    {
        var form = ContentNegotiation.Choose(http, kind, collection: false);
        var options = WriteOptions.Parse(http.Request, "UpdateOptions");
        var duplicates = new List<string>();
        var obj = RequestBody.DecodeObject(http, kind, await RequestBody.ReadAsync(http), duplicates);
        var context = NewContext(http, info, kind, user, WriteOperation.Update, options, info.Name, options.ToObject("UpdateOptions"), null);
        WriteResult result;
        try
        {
            result = await writer.UpdateAsync(context, obj, duplicates);
        }
        finally
        {
            // A refused write carries its warnings too.
            ResponseWriter.AddWarnings(http, context.Warnings);
        }

        await answers.WriteObjectAsync(http, 200, kind, result.Object, form);
    }

    /// <summary>PATCH of any kind.</summary>
    public async Task PatchAsync(HttpContext http, RequestInfo info, ResourceKind kind, UserInfo user)
    {
        var form = ContentNegotiation.Choose(http, kind, collection: false);
        var type = (http.Request.ContentType ?? "").Split(';')[0].Trim();
        var patcher = stages.Patchers.FirstOrDefault(p => p.MediaType == type && p.Supports(kind));
        var isApply = type == ApplyType && stages.ServerSideApply is not null;
        if (patcher is null && !isApply)
        {
            throw UnsupportedPatch(kind, type);
        }

        var options = WriteOptions.Parse(http.Request, "PatchOptions");
        var body = await RequestBody.ReadAsync(http);
        if (isApply)
        {
            await ApplyAsync(http, info, kind, user, options, body, form);
            return;
        }

        if (options.Force is not null)
        {
            throw WriteOptions.Refuse("PatchOptions", "FieldValueForbidden", "Forbidden: may not be specified for non-apply patch", "force");
        }

        var context = NewContext(http, info, kind, user, WriteOperation.Update, options, info.Name, options.ToObject("UpdateOptions"), type);
        var result = await writer.PatchAsync(context, patcher!, body);
        ResponseWriter.AddWarnings(http, context.Warnings);
        await answers.WriteObjectAsync(http, 200, kind, result.Object, form);
    }

    /// <summary>DELETE of one object.</summary>
    public async Task DeleteAsync(HttpContext http, RequestInfo info, ResourceKind kind, UserInfo user)
    {
        var form = ContentNegotiation.Choose(http, kind, collection: false);
        var body = RequestBody.DecodeDeleteOptions(http, kind, await RequestBody.ReadAsync(http));
        var (request, dryRun, optionsObject) = DeleteOptionsParser.Parse(http.Request.Query, body);
        var options = WriteOptions.Parse(http.Request, "DeleteOptions") with { DryRun = dryRun };
        var context = NewContext(http, info, kind, user, WriteOperation.Delete, options, info.Name, optionsObject, null);
        var result = await remover.DeleteAsync(context, request);
        ResponseWriter.AddWarnings(http, context.Warnings);
        if (result.Gone && !(AnswersObject.Contains(kind.Plural) && kind.Group.Length == 0))
        {
            await ResponseWriter.WriteAsync(http, 200, DeletedStatus(kind, result.Object));
            return;
        }

        await answers.WriteObjectAsync(http, 200, kind, result.Object, form);
    }

    /// <summary>DELETE of a collection: the answer lists what was deleted.</summary>
    public async Task DeleteCollectionAsync(HttpContext http, RequestInfo info, ResourceKind kind, UserInfo user)
    {
        var form = ContentNegotiation.Choose(http, kind, collection: true);
        var list = ListRequest.Parse(http.Request.Query, kind, watch: false);
        var body = RequestBody.DecodeDeleteOptions(http, kind, await RequestBody.ReadAsync(http));
        var (request, dryRun, optionsObject) = DeleteOptionsParser.Parse(http.Request.Query, body);
        var options = WriteOptions.Parse(http.Request, "DeleteOptions") with { DryRun = dryRun };
        var page = await reader.ListAsync(kind, NamespaceOf(info, kind), list, http.RequestAborted);
        foreach (var item in page.Items)
        {
            var (ns, name) = (ObjectMetadata.Text(item, "namespace"), ObjectMetadata.Text(item, "name"));
            var context = NewContext(http, info with { Namespace = ns }, kind, user, WriteOperation.Delete, options, name, (JsonObject)optionsObject.DeepClone(), null);
            try
            {
                await remover.DeleteAsync(context, request);
            }
            catch (ApiException e) when (e.Code == 404)
            {
                // Somebody else deleted it meanwhile: what the client wanted holds.
                continue;
            }
        }

        await answers.WriteListAsync(http, kind, page, form);
    }

    private async Task ApplyAsync(
        HttpContext http, RequestInfo info, ResourceKind kind, UserInfo user, WriteOptions options, byte[] body, Representation form)
    {
        if (!options.FieldManagerGiven)
        {
            throw WriteOptions.Refuse("PatchOptions", "FieldValueRequired", "Required value: is required for apply patch", "fieldManager");
        }

        var applied = ServerSideApplyBody.Decode(kind, body);
        var key = new ObjectKey(kind.Storage, NamespaceOf(info, kind), info.Name);
        WriteContext? last = null;
        var result = await writer.ApplyAsync(
            (operation, old) =>
            {
                var optionsKind = operation == WriteOperation.Create ? "CreateOptions" : "UpdateOptions";
                last = NewContext(http, info, kind, user, operation, options, info.Name, options.ToObject(optionsKind), ApplyType);
                last.Old = old;
                return last;
            },
            applied, kind, key);
        ResponseWriter.AddWarnings(http, last!.Warnings);
        await answers.WriteObjectAsync(http, result.Created ? 201 : 200, kind, result.Object, form);
    }

    private async Task<JsonObject> AdmitAsync(HttpContext http, WriteContext context, JsonObject obj)
    {
        try
        {
            foreach (var admission in stages.Admissions)
            {
                obj = await admission.AdmitAsync(context, obj) ?? obj;
            }

            return obj;
        }
        finally
        {
            ResponseWriter.AddWarnings(http, context.Warnings);
        }
    }

    private ApiException UnsupportedPatch(ResourceKind kind, string type)
    {
        var all = stages.Patchers.Select(p => p.MediaType).ToList();
        if (stages.ServerSideApply is not null)
        {
            all.Add(ApplyType);
        }

        if (!kind.IsCustom && !all.Contains(type))
        {
            return new ApiException(415, "UnsupportedMediaType", "415: Unsupported Media Type", []);
        }

        var accepted = stages.Patchers.Where(p => p.Supports(kind)).Select(p => p.MediaType).Concat(stages.ServerSideApply is null ? [] : [ApplyType]);
        return new ApiException(
            415, "UnsupportedMediaType",
            $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", accepted)}");
    }

    private static JsonObject DeletedStatus(ResourceKind kind, JsonObject obj)
    {
        var details = ApiErrors.Details(ObjectMetadata.Text(obj, "name"), kind.Group, kind.Plural);
        details["uid"] = ObjectMetadata.Text(obj, "uid");
        return new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["details"] = details };
    }

    private static ResourceKind SubresourceKindOf(ResourceKind parent, string subresource)
    {
        var found = parent.Subresources.FirstOrDefault(s => s.Name == subresource) ?? throw ApiErrors.NoSuchResource();
        return parent with { Kind = found.Kind, Group = found.Group ?? parent.Group, Version = found.Version ?? parent.Version };
    }

    private static string NamespaceOf(RequestInfo info, ResourceKind kind) => kind.Namespaced ? info.Namespace : "";

    private static WriteContext NewContext(
        HttpContext http, RequestInfo info, ResourceKind kind, UserInfo user, WriteOperation operation, WriteOptions options, string name, JsonObject optionsObject,
        string? patchType) => new()
        {
            Kind = kind,
            Operation = operation,
            User = user,
            FieldManager = options.FieldManager,
            FieldValidation = options.FieldValidation,
            Subresource = info.Subresource,
            Namespace = NamespaceOf(info, kind),
            Name = name,
            DryRun = options.DryRun,
            Force = options.Force == true,
            PatchType = patchType,
            IsCollection = info.Verb == "deletecollection",
            Options = optionsObject,
            Cancel = http.RequestAborted,
        };
}
