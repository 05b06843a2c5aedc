using System.Text;
using KafkaMesh.Codec.SchemaTool.Compile;
using KafkaMesh.Codec.SchemaTool.Model;

namespace KafkaMesh.Codec.Tests.Schema;

/// <summary>Lists which fields of which versions are given a meaning, in a form that people read and tests compare.</summary>
internal sealed class SemanticListing
{
    private readonly SortedDictionary<(string Meaning, short ApiKey, MessageKind Kind, string Path), List<int>> _found = [];
    private ApiSpec _api = null!;
    private MessageSpec _part = null!;
    private MessageKind _kind;
    private int _version;

    /// <summary>One block per meaning, one line per message and field.</summary>
    public static string Of(SchemaSet schema)
    {
        var listing = new SemanticListing();
        foreach (var api in schema.Apis) listing.Add(api);
        return listing.Write();
    }

    private void Add(ApiSpec api)
    {
        _api = api;
        foreach (var kind in new[] { MessageKind.Request, MessageKind.Response })
        {
            _kind = kind;
            for (_version = api.Versions.Min; _version <= api.Versions.Max; _version++)
            {
                _part = api.Part(kind, _version);
                AddStruct(_part.Fields, "", isTopLevel: true);
            }
        }
    }

    private void AddStruct(IReadOnlyList<FieldSpec> all, string path, bool isTopLevel)
    {
        var fields = all.Where(field => field.IsInline(_version)).ToList();
        var scopes = SemanticRules.ScopesOf(fields, isTopLevel);
        if (scopes != FieldScopes.None) Say($"scope {scopes}", path.TrimEnd('.'));
        var choice = NameChoice.In(_part.Name, all, _version);
        foreach (var field in fields) AddField(field, scopes, path, isTopLevel, choice);
        foreach (var one in !isTopLevel && choice is { NamesStructure: true } ? choice.Choices : [])
        {
            if (TextChoice.ScopesOf(one.Semantic) is var chosen && chosen != FieldScopes.None) Say($"scope {chosen}", $"{path.TrimEnd('.')} ({choice!.Number} {one.Value})");
        }

        foreach (var field in all)
        {
            if (SemanticRules.NumberOfTag(field, _version) is not { } number) continue;
            Say(SemanticRules.Of(number, _kind, scopes, isTopLevel), $"{path}{field.Name}{(number == field ? "" : $".{number.Name}")} (tag {field.Tag})");
        }
    }

    private void AddField(FieldSpec field, FieldScopes scopes, string path, bool isTopLevel, NameChoice? choice)
    {
        var name = path + field.Name;
        if (choice?.MeaningOf(field) is { } meaning)
        {
            if (field.Type.IsArray) name += "[]";
            if (!choice.IsOpen) Say(meaning, name);
            else foreach (var one in choice.Choices) Say(one.Semantic, $"{name} ({choice.Number} {one.Value})");
            return;
        }

        Say(SemanticRules.Of(field, _kind, scopes, isTopLevel), name);
        if (field.Type.IsArray && field.Type.IsPrimitive) Say(SemanticRules.OfElement(field, scopes), name + "[]");
        else if (!field.Type.IsPrimitive) AddStruct(field.Fields, name + ".", isTopLevel: false);
        else if (field.Type.Name == "records") Say("records", name);
    }

    private void Say(FieldSemantic meaning, string path)
    {
        if (meaning != FieldSemantic.None) Say($"{meaning}", path);
    }

    private void Say(string meaning, string path)
    {
        var key = (meaning, _api.Key, _kind, path);
        if (!_found.TryGetValue(key, out var versions)) _found.Add(key, versions = []);
        versions.Add(_version);
    }

    private string Write()
    {
        var text = new StringBuilder();
        foreach (var block in _found.GroupBy(one => one.Key.Meaning))
        {
            text.Append(block.Key).Append('\n');
            foreach (var ((_, apiKey, kind, path), versions) in block)
            {
                var name = ApiName.TryGet(apiKey, out var known) ? known : "?";
                text.Append($"  {name} {(kind == MessageKind.Request ? "request" : "response")} {Ranges(versions)} {path}\n");
            }
        }

        return text.ToString();
    }

    private static string Ranges(List<int> versions)
    {
        var ranges = new List<string>();
        for (var i = 0; i < versions.Count;)
        {
            var first = i;
            while (++i < versions.Count && versions[i] == versions[i - 1] + 1) { }

            ranges.Add(first == i - 1 ? $"{versions[first]}" : $"{versions[first]}-{versions[i - 1]}");
        }

        return string.Join(',', ranges);
    }
}
