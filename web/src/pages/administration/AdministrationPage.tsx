import { Navigate } from "react-router";

export default function AdministrationPage() {
  return <Navigate to="/administration/accounts" replace />;
}
