using KafkaMesh.Proxy.Commands;

return CommandLine.Run(args, [new RunCommand(), new InitCommand()], CommandConsole.OfProcess());
