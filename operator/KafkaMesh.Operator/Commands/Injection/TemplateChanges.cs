using System.Text.Json.Nodes;
using KafkaMesh.Operator.Admission;
using KafkaMesh.Operator.Admission.Patching;
using KafkaMesh.Operator.Manifests;

namespace KafkaMesh.Operator.Commands.Injection;

/// <summary>Goes through the pod templates of manifests and gathers changes and a report.</summary>
internal sealed class TemplateChanges
{
    private readonly Dictionary<ManifestDocument, JsonObject> _changed = new(ReferenceEqualityComparer.Instance);
    private readonly List<TemplateResult> _results = [];

    /// <summary>New content of the documents that change.</summary>
    public IReadOnlyDictionary<ManifestDocument, JsonObject> Changed => _changed;

    /// <summary>One result for every pod template, in order.</summary>
    public IReadOnlyList<TemplateResult> Results => _results;

    /// <summary>Visits every pod template.</summary>
    /// <param name="files">The manifests.</param>
    /// <param name="defaultNamespace">Namespace of objects that name none.</param>
    /// <param name="decide">Given metadata and spec and the namespace: what happens, in words, and the change.</param>
    public void Visit(
        IEnumerable<ManifestFile> files,
        string defaultNamespace,
        Func<JsonObject, string, (InjectionOutcome Outcome, string Text, IReadOnlyList<JsonPatchOperation> Patch)> decide)
    {
        foreach (var document in files.SelectMany(f => f.Documents).Where(d => d.Content is not null))
        {
            var content = (JsonObject)document.Content!.DeepClone();
            var isChanged = false;
            foreach (var owner in KubernetesObject.In(content))
            {
                var templates = PodTemplate.In(owner);
                foreach (var template in templates)
                {
                    var namespaceName = template.Namespace ?? defaultNamespace;
                    var (outcome, text, patch) = decide((JsonObject)template.Json.DeepClone(), namespaceName);
                    if (patch.Count > 0 && JsonPatch.Apply(template.Json, patch) is { } failure)
                        throw new InjectionException($"{owner.DisplayName}: {failure}");
                    isChanged |= patch.Count > 0;
                    _results.Add(new TemplateResult(NameOf(owner, template, templates.Count), namespaceName, outcome, text));
                }
            }
            if (isChanged)
                _changed[document] = JsonNode.Parse(content.ToJsonString(), documentOptions: JsonStream.Options)!.AsObject();
        }
    }

    private static string NameOf(KubernetesObject owner, PodTemplate template, int count) =>
        count > 1 ? $"{owner.DisplayName} {template.Path}" : owner.DisplayName;
}
