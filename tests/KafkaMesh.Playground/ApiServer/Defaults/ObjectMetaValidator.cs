using System.Text;
using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Rest;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>Validates <c>metadata</c> of every kind: name, labels, annotations, owners and finalizers.</summary>
internal sealed class ObjectMetaValidator : IValidator
{
    private const int MaxAnnotationBytes = 256 * 1024;

    /// <inheritdoc/>
    public void Validate(WriteContext context, JsonObject? old, JsonObject obj, List<StatusCause> causes)
    {
        if (context.Subresource.Length > 0 || !context.Kind.IsStored)
        {
            return;
        }

        var errors = new List<FieldError>();
        var metadata = obj.Map("metadata");
        Name(context.Kind.Group, context.Kind.Kind, metadata, errors);
        Labels(metadata, errors);
        Annotations(metadata, errors);
        Owners(metadata, errors);
        Finalizers(context, old, metadata, errors);
        causes.AddRange(errors.Select(e => e.ToStatusCause()));
    }

    private static void Name(string group, string kind, JsonObject? metadata, List<FieldError> errors)
    {
        var name = metadata.Text("name");
        if (name.Length == 0)
        {
            if (metadata.Text("generateName").Length == 0)
            {
                errors.Add(FieldError.Required("metadata.name", "name or generateName is required"));
            }

            return;
        }

        var problems = (group, kind) switch
        {
            ("rbac.authorization.k8s.io", _) => NameRules.PathSegment(name),
            ("", "Namespace") or ("", "Service") => NameRules.DnsLabel(name),
            _ => NameRules.DnsSubdomain(name),
        };
        errors.AddRange(problems.Select(e => FieldError.Invalid("metadata.name", name, e)));
    }

    private static void Labels(JsonObject? metadata, List<FieldError> errors)
    {
        foreach (var (key, value) in metadata.Map("labels") ?? [])
        {
            var text = value?.ToString() ?? "";
            errors.AddRange(NameRules.QualifiedName(key).Select(e => FieldError.Invalid("metadata.labels", key, e)));
            errors.AddRange(NameRules.LabelValue(text).Select(e => FieldError.Invalid("metadata.labels", text, e)));
        }
    }

    private static void Annotations(JsonObject? metadata, List<FieldError> errors)
    {
        long total = 0;
        foreach (var (key, value) in metadata.Map("annotations") ?? [])
        {
            errors.AddRange(NameRules.QualifiedName(key.ToLowerInvariant()).Select(e => FieldError.Invalid("metadata.annotations", key, e)));
            total += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value?.ToString() ?? "");
        }

        if (total > MaxAnnotationBytes)
        {
            errors.Add(FieldError.TooLong("metadata.annotations", MaxAnnotationBytes));
        }
    }

    private static void Owners(JsonObject? metadata, List<FieldError> errors)
    {
        foreach (var owner in metadata.Items("ownerReferences"))
        {
            foreach (var field in new[] { "apiVersion", "kind", "name", "uid" }.Where(f => owner.Text(f).Length == 0))
            {
                errors.Add(FieldError.Invalid($"metadata.ownerReferences.{field}", "", field == "apiVersion" ? "version must not be empty" : "must not be empty"));
            }
        }

        var controllers = metadata.Items("ownerReferences").Where(o => o.Flag("controller") == true).ToList();
        if (controllers.Count > 1)
        {
            var names = string.Join(", ", controllers.Take(2).Select(o => o.Text("name")));
            errors.Add(FieldError.Invalid("metadata.ownerReferences", metadata!["ownerReferences"]!.DeepClone(),
                $"Only one reference can have Controller set to true. Found \"true\" in references for {names}"));
        }
    }

    private static void Finalizers(WriteContext context, JsonObject? old, JsonObject? metadata, List<FieldError> errors)
    {
        var known = old.Map("metadata").Texts("finalizers");
        foreach (var name in metadata.Texts("finalizers").Where(n => !known.Contains(n)))
        {
            errors.AddRange(NameRules.QualifiedName(name).Select(e => FieldError.Invalid("metadata.finalizers", name, e)));
            if (!name.Contains('/', StringComparison.Ordinal) && name is not ("orphan" or "foregroundDeletion"))
            {
                context.Warnings.Add($"metadata.finalizers: {GoText.Quote(name)}: prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers");
            }
        }
    }
}
