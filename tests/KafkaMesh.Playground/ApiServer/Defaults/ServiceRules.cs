using System.Text.Json.Nodes;
using KafkaMesh.Playground.ApiServer.Schema;

namespace KafkaMesh.Playground.ApiServer.Defaults;

/// <summary>Validates Services.</summary>
internal static class ServiceRules
{
    private static readonly string[] Types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

    /// <summary>Validates ports, type and the fixed cluster address.</summary>
    public static void Validate(JsonObject? old, JsonObject obj, List<FieldError> errors)
    {
        var spec = obj.Map("spec");
        var type = spec.Text("type");
        var isHeadless = spec.Text("clusterIP") == "None";
        if (!spec.Items("ports").Any() && !isHeadless && type != "ExternalName")
        {
            errors.Add(FieldError.Required("spec.ports"));
        }

        Ports(spec, errors);
        if (!Types.Contains(type))
        {
            errors.Add(FieldError.NotSupported("spec.type", type, Types));
        }

        if (spec.Text("sessionAffinity") is not ("None" or "ClientIP"))
        {
            errors.Add(FieldError.NotSupported("spec.sessionAffinity", spec.Text("sessionAffinity"), ["ClientIP", "None"]));
        }

        if (type == "ExternalName" && spec.Text("externalName").Length == 0)
        {
            errors.Add(FieldError.Invalid("spec.externalName", "", "a lowercase RFC 1123 hostname must not be empty"));
        }

        var before = old.Map("spec").Text("clusterIP");
        if (before.Length > 0 && type != "ExternalName" && old.Map("spec").Text("type") != "ExternalName" && before != spec.Text("clusterIP"))
        {
            var changed = new JsonArray(spec.Text("clusterIP"));
            errors.Add(FieldError.Invalid("spec.clusterIPs[0]", changed, "may not change once set"));
        }
    }

    private static void Ports(JsonObject? spec, List<FieldError> errors)
    {
        var ports = spec.Items("ports").ToList();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new HashSet<(long?, string)>();
        for (var i = 0; i < ports.Count; i++)
        {
            var at = $"spec.ports[{i}]";
            var name = ports[i].Text("name");
            if (name.Length == 0 && ports.Count > 1)
            {
                errors.Add(FieldError.Required($"{at}.name"));
            }
            else if (name.Length > 0)
            {
                errors.AddRange(NameRules.DnsLabel(name).Select(e => FieldError.Invalid($"{at}.name", name, e)));
                if (!names.Add(name))
                {
                    errors.Add(FieldError.Duplicate($"{at}.name", name));
                }
            }

            if (ports[i].Integer("port") is not (>= 1 and <= 65535))
            {
                errors.Add(FieldError.Invalid($"{at}.port", ports[i]["port"]?.DeepClone(), "must be between 1 and 65535, inclusive"));
            }

            if (ports[i].Text("protocol") is not ("TCP" or "UDP" or "SCTP"))
            {
                errors.Add(FieldError.NotSupported($"{at}.protocol", ports[i].Text("protocol"), ["SCTP", "TCP", "UDP"]));
            }

            if (!numbers.Add((ports[i].Integer("port"), ports[i].Text("protocol"))))
            {
                errors.Add(FieldError.Duplicate(at, new JsonObject { ["port"] = ports[i].Integer("port"), ["protocol"] = ports[i].Text("protocol") }));
            }
        }
    }
}
