using System.CommandLine;
using KafkaMesh.Contracts;
using KafkaMesh.Operator.Commands;

var root = new RootCommand("KafkaMesh: Kafka metrics for Kubernetes pods") { OperatorCommand.Create() };
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    await Console.Error.WriteLineAsync($"kafkamesh: {parsed.Errors[0].Message.ReplaceLineEndings(" ")} (kafkamesh --help lists what there is)");
    return WellKnownNames.ExitUsage;
}

// The operator takes its own time after SIGTERM.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
